"""A customer's permanent link, as the vendor copies it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from services.auth.adapters.secrets import Secrets
from services.auth.models import Identity, SubscriberLink
from services.auth.queries import portals
from services.auth.queries.portals import PortalView
from services.auth.rules.address import OnFile
from services.auth.rules.subscriber_link import LinksOff
from services.auth.rules.ways_in import Method
from shared.database import scope
from shared.database.session import Session
from shared.errors import NotFound

PATH: Final = "/sign-in/permanent"


@dataclass(frozen=True, kw_only=True)
class LinkView:
    """A link that works. `url` holds its token, in the fragment."""

    id: str
    customer: str
    url: str
    created_at: datetime
    last_used_at: datetime | None


def live(session: Session, *, customer: str) -> SubscriberLink | None:
    """The customer's link, if there is one that works."""
    found = select(SubscriberLink).where(SubscriberLink.customer == customer, SubscriberLink.revoked_at.is_(None))
    return session.scalars(found.order_by(SubscriberLink.id.desc()).limit(1)).one_or_none()


def view(row: SubscriberLink, *, portal: PortalView, public_url: str, secrets: Secrets) -> LinkView:
    """The link as it is copied, at the portal where it works."""
    return LinkView(
        id=row.id,
        customer=row.customer,
        url=f"{portal.address(public_url)}{PATH}#t={secrets.reopen(row.sealed)['token']}",
        created_at=row.created_at,
        last_used_at=row.last_used_at,
    )


def of_customer(session: Session, *, customer: str, public_url: str, secrets: Secrets) -> LinkView:
    """A customer's link as it is copied. Raises NotFound for no customer of the scope, or one without; LinksOff."""
    whose(session, customer)
    row = live(session, customer=customer)
    if row is None:
        raise NotFound
    return view(row, portal=portal_for(session), public_url=public_url, secrets=secrets)


def portal_for(session: Session) -> PortalView:
    """Where permanent links of the scope work: its default portal if that lists them, else the oldest that does.

    Raises LinksOff.
    """
    here = scope.current()
    found = portals.with_method(session, here.vendor, here.mode, Method.PERMANENT_LINK)
    if found is None:
        raise LinksOff
    return found


def whose(session: Session, customer_id: str) -> OnFile:
    """A customer of the scope. Raises NotFound."""
    row = session.scalars(select(Identity).where(Identity.id == customer_id)).one_or_none()
    if row is None:
        raise NotFound
    return OnFile(
        customer=row.id,
        email=row.email,
        email_key=row.email_key or "",
        display_name=row.display_name,
        locale=row.locale,
    )
