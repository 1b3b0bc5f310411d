"""What the invoices service holds of a customer, as their export shows it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from services.invoices.models.personal import HOLDINGS, TABLES
from shared.database import personal, scope
from shared.database.personal import Person


def of_customer(session: Session, *, customer: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Table by table, the rows of a customer of the scope."""
    here = scope.current()
    of = Person(vendor=here.vendor, mode=here.mode, customer=customer)
    return personal.collect(session, HOLDINGS, TABLES, of=of)
