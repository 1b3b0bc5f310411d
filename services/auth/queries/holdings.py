"""What auth holds of a customer, as their export shows it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.auth.models import Identity
from services.auth.models.personal import HOLDINGS, TABLES
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
    """The customer's mailbox, unless another customer of the vendor has it too."""
    key = session.scalar(select(Identity.email_key).where(Identity.id == customer))
    if key is None:
        return ()
    others = select(Identity.id).where(Identity.email_key == key, Identity.id != customer).limit(1)
    return (key,) if session.scalar(others) is None else ()
