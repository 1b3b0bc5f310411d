"""A customer who was erased: a receipt to where they were, and then nothing of them is left here.

The receipt's own address goes once the mail is handed over, or given up.
"""

from datetime import UTC, date, datetime, time
from typing import Final

from sqlalchemy import select, update

from services.notifications.actions.messages import Tidings, tell_customer
from services.notifications.models import Message, Recipient
from services.notifications.models.personal import HOLDINGS, TABLES
from services.notifications.queries import holdings
from services.notifications.rules.messages import Kind
from shared.bus.protocol import Later
from shared.database import Begin, Session, erased, personal, scope
from shared.database.personal import Person
from shared.logs import log

_BATCH: Final = 100
_WIPED: Final[dict[str, object]] = {"address": "", "facts": {}, "deliveries": []} | dict.fromkeys(
    ("subject", "html", "text", "last_error", "headers")
)


def erase(session: Session, *, customer: str, kept_until: date, key: str, now: datetime) -> None:
    """Write the receipt and clear all the rest. Twice is once."""
    if erased.is_erased(session, customer):
        return
    here = scope.current()
    who = session.scalars(select(Recipient).where(Recipient.id == customer)).one_or_none()
    addresses = holdings.own_addresses(session, customer=customer)
    person = Person(vendor=here.vendor, mode=here.mode, customer=customer, addresses=addresses)
    receipt = None if who is None else _compose(session, customer, kept_until=kept_until, key=key, now=now)
    kept = None if receipt is None else _taken_aside(session, receipt)
    personal.erase(session, HOLDINGS, TABLES, of=person)
    erased.note(session, customer=customer, at=now)
    if receipt is not None and kept is not None:
        _put_back(session, receipt, kept)


def wipe_receipts(begin: Begin) -> int:
    """Clear the receipts that are done: sent, or given up. How many."""
    with begin() as session, scope.platform():
        done = session.scalars(
            select(Message.id)
            .where(Message.kind == Kind.CUSTOMER_ERASED, Message.due_at.is_(None), Message.address != "")
            .limit(_BATCH)
        ).all()
        if done:
            session.execute(
                update(Message).where(Message.id.in_(done)).values(_WIPED).execution_options(synchronize_session=False)
            )
    return len(done)


def _compose(session: Session, customer: str, *, kept_until: date, key: str, now: datetime) -> str | None:
    """The receipt's message id; None where the vendor has nothing here yet to write in the name of."""
    tidings = Tidings(
        kind=Kind.CUSTOMER_ERASED,
        customer=customer,
        facts={"kept_until": datetime.combine(kept_until, time(), UTC).isoformat()},
        dedup_key=key,
        about=customer,
    )
    try:
        return tell_customer(session, tidings, now=now)
    except Later:
        log.warning("erase.no_receipt", customer=customer, reason="the vendor or its portal is not known here")
        return None


def _taken_aside(session: Session, receipt: str) -> tuple[str, dict[str, object], datetime | None]:
    row = session.execute(select(Message.address, Message.facts, Message.due_at).where(Message.id == receipt)).one()
    return row.address, row.facts, row.due_at


def _put_back(session: Session, receipt: str, kept: tuple[str, dict[str, object], datetime | None]) -> None:
    address, facts, due_at = kept
    session.execute(
        update(Message)
        .where(Message.id == receipt)
        .values(address=address, facts=facts, due_at=due_at)
        .execution_options(synchronize_session=False)
    )
