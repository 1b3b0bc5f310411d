"""What notifications holds of a customer, as their export shows it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications.models import Recipient
from services.notifications.models.personal import HOLDINGS, TABLES
from shared.database import personal, scope
from shared.database.personal import Person


def of_customer(session: Session, *, customer: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Table by table, the rows of a customer of the scope."""
    here = scope.current()
    of = Person(
        vendor=here.vendor, mode=here.mode, customer=customer, addresses=own_addresses(session, customer=customer)
    )
    return personal.collect(session, HOLDINGS, TABLES, of=of)


def own_addresses(session: Session, *, customer: str) -> tuple[str, ...]:
    """The customer's mailbox, in small letters, unless another customer of the vendor has it too."""
    email = session.scalar(select(Recipient.email).where(Recipient.id == customer))
    if email is None:
        return ()
    others = select(Recipient.id).where(Recipient.email == email, Recipient.id != customer).limit(1)
    return () if session.scalar(others) is not None else (email.lower(),)
