"""A customer who was erased: nothing of theirs signs in any more, from the transaction on in which auth hears of it."""

from datetime import datetime

from sqlalchemy import delete, select

from services.auth.actions import sessions
from services.auth.models import GlobalSession, Identity, PortalSession
from services.auth.models.personal import HOLDINGS, TABLES
from services.auth.queries import holdings
from services.auth.rules.session import Ending
from shared.database import erased, personal, scope
from shared.database.personal import Person
from shared.database.session import Session


def erase(session: Session, *, customer: str, now: datetime) -> None:
    """End every way in of theirs and clear what is held of them. Twice is once."""
    here = scope.current()
    erased.note(session, customer=customer, at=now)
    addresses = holdings.own_addresses(session, customer=customer)
    sessions.revoke_of_customer(session, customer=customer, now=now, reason=Ending.CUSTOMER_ERASED)
    if addresses:
        begun_so = PortalSession.email_key.in_(addresses)
        sessions.revoke_where(session, begun_so, now=now, reason=Ending.CUSTOMER_ERASED)
        _end_everywhere(session, addresses)
    person = Person(vendor=here.vendor, mode=here.mode, customer=customer, addresses=addresses)
    personal.erase(session, HOLDINGS, TABLES, of=person)


def _end_everywhere(session: Session, addresses: tuple[str, ...]) -> None:
    """Sessions of the global portal, where no vendor knows the mailbox any more but by this customer."""
    with scope.platform():
        for key in addresses:
            known = session.scalars(select(Identity.id).where(Identity.email_key == key).limit(2)).all()
            if len(known) <= 1:
                session.execute(
                    delete(GlobalSession)
                    .where(GlobalSession.email_key == key)
                    .execution_options(synchronize_session=False)
                )
