"""A new customer's one mail with the way into the portal that invites, where a vendor has one.

That a customer began is noted with the event; the mail is written by a job, since only a job may open the sealed link.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from services.auth.actions import mails, subscriber_links
from services.auth.actions.mails import Letter
from services.auth.adapters.secrets import Secrets
from services.auth.models import Identity, Mail
from services.auth.queries import portals
from services.auth.queries import subscriber_links as links
from services.auth.queries.portals import PortalView
from services.auth.rules.ways_in import Method
from shared import ids
from shared.database import scope
from shared.database.session import Session

MAIL: Final = "customer_invitation"
NOTED: Final = "noted"
NOT_INVITED: Final = "uninvited"
BATCH: Final = 20
_LIVES: Final = timedelta(days=3)
_LONGEST_WAIT: Final = timedelta(hours=1)


def note(session: Session, *, customer: str, now: datetime) -> None:
    """The customer's first subscription began. Any later one notes nothing."""
    if session.scalar(select(Mail.id).where(Mail.kind == MAIL, Mail.about == customer).limit(1)) is not None:
        return
    session.add(
        Mail(
            id=ids.new("mail"),
            kind=MAIL,
            about=customer,
            state=NOTED,
            due_at=now,
            attempts=0,
            created_at=now,
            expires_at=now + _LIVES,
        )
    )
    session.flush()


def invite(session: Session, *, public_url: str, secrets: Secrets, now: datetime) -> int:
    """Write the mails that are noted, or settle that none is wanted; how many. Who is not known here yet, waits, and
    longer each time: some never come, and nobody else waits for them.
    """
    with scope.platform():
        due = session.scalars(
            select(Mail)
            .where(Mail.state == NOTED, Mail.kind == MAIL, Mail.due_at <= now, Mail.expires_at > now)
            .order_by(Mail.due_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        ).all()
    done = 0
    for row in due:
        with scope.system(vendor=row.vendor, mode="live" if row.mode == "live" else "test", job="invite_customers"):
            done += _settle(session, row, public_url=public_url, secrets=secrets, now=now)
            session.flush()  # while this vendor's rows may be written
    return done


def reconsider(session: Session, *, since: datetime) -> None:
    """A portal that invites was published at `since`: whoever began after that is looked at again.

    Order is not promised: that they began may have been told before the portal was, and settled that nobody invites.
    Rows that are still noted are locked too, so that a job beside this waits, or is waited for.
    """
    begun = session.scalars(
        select(Mail)
        .where(Mail.kind == MAIL, Mail.state.in_((NOTED, NOT_INVITED)), Mail.created_at >= since)
        .order_by(Mail.id)
        .with_for_update()
    ).all()
    for row in begun:
        row.state = NOTED
    session.flush()


def _settle(session: Session, row: Mail, *, public_url: str, secrets: Secrets, now: datetime) -> int:
    here = scope.current()
    who = session.scalars(select(Identity).where(Identity.id == row.about)).one_or_none()
    known = portals.listed(session, here.vendor, here.mode)
    if who is None or not known:
        row.attempts += 1
        row.due_at = now + min(timedelta(seconds=2 ** min(row.attempts, 12)), _LONGEST_WAIT)
        return 0
    row.state, row.attempts = NOT_INVITED, 0
    portal = next((each for each in known if each.sign_in.invitation_email), None)
    if portal is not None:
        link = _way_in(session, portal, who, public_url=public_url, secrets=secrets, now=now)
        mails.fill(row, _letter(portal, who, link), portal=portal, secrets=secrets, now=now)
    return 1


def _way_in(
    session: Session, portal: PortalView, who: Identity, *, public_url: str, secrets: Secrets, now: datetime
) -> str:
    """The permanent link where the portal lists those, else the portal's address."""
    if Method.PERMANENT_LINK not in portal.sign_in_methods:
        return portal.address(public_url)
    row = subscriber_links.ensure(session, customer=who.id, secrets=secrets, now=now)
    return links.view(row, portal=portal, public_url=public_url, secrets=secrets).url


def _letter(portal: PortalView, who: Identity, link: str) -> Letter:
    return Letter(
        kind=MAIL,
        about=who.id,
        customer=who.id,
        to=who.email,
        name=who.display_name,
        locale=who.locale or portal.languages.get("default_locale") or "en",
        link=link,
        lives=_LIVES,
    )
