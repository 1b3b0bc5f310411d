"""Staff who look on as a customer: let in for a reason, for half an hour, and out at once when they are removed."""

from datetime import datetime

from sqlalchemy import update

from services.auth.actions import entries, sessions
from services.auth.models import Entry, PortalSession
from services.auth.queries import identities
from services.auth.queries.portals import PortalView
from services.auth.rules import looking_on as rule
from services.auth.rules.session import Ending
from services.auth.rules.ways_in import WayIn
from shared.database import scope
from shared.database.session import Session
from shared.errors import NotFound
from shared.portal_address import portal_address


def begin(
    session: Session, *, portal: PortalView, customer: str, staff: str, reason: str, public_url: str, now: datetime
) -> str:
    """The address that lets this member of staff see the portal as the customer does: good once, for five minutes.

    Raises NotFound for no customer of the scope, Invalid for a reason that is none.
    """
    kept = rule.decide(reason)
    if not identities.of_customers(session, [customer]):
        raise NotFound
    made = entries.make(
        session,
        kind=entries.STAFF_VIEW,
        portal=portal,
        customers=[customer],
        way_in=WayIn.STAFF_VIEW,
        staff=staff,
        reason=kept,
        created_by=staff,
        now=now,
    )
    home = portal_address(public_url, slug=portal.slug, host=portal.host, path=portal.path)
    return f"{home}/sign-in/entry#t={made.token}"


def end_of_staff(session: Session, *, staff: str, now: datetime) -> None:
    """Whoever looks on as this member of staff is out, in both modes, and nothing made for them opens any more."""
    with scope.platform():
        session.execute(
            update(Entry)
            .where(Entry.staff == staff, Entry.used_at.is_(None))
            .values(used_at=now)
            .execution_options(synchronize_session=False)
        )
        sessions.revoke_where(session, PortalSession.staff == staff, now=now, reason=Ending.STAFF_REMOVED)
