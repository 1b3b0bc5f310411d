"""Who is gone for good: each service keeps the id of an erased customer, nothing else, and it wins over what comes.

An event with personal fields is not taken any more once its customer is erased, whether it is late or replayed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from shared.database import scope
from shared.database.tables import erased_customers
from shared.events import Event
from shared.events.personal import PERSONAL, STILL_TAKEN, customers_of


def note(session: Session, *, customer: str, at: datetime) -> bool:
    """The customer of this scope is erased, for ever. False when that was known."""
    connection = session.connection()
    insert: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    row = {**scope.values(), "customer": customer, "erased_at": at}
    new = insert(erased_customers).values(row).on_conflict_do_nothing().returning(erased_customers.c.customer)
    return connection.execute(new).first() is not None


def is_erased(session: Session, customer: str) -> bool:
    """Whether this customer was erased."""
    return _any_erased(session, (customer,))


def is_refused(session: Session, event: Event) -> bool:
    """Whether an event would bring something of an erased customer back."""
    if type(event) not in PERSONAL or type(event) in STILL_TAKEN:
        return False
    return _any_erased(session, customers_of(event))


def _any_erased(session: Session, customers: Sequence[str]) -> bool:
    found = select(erased_customers.c.customer).where(erased_customers.c.customer.in_(customers)).limit(1)
    return session.connection().execute(found).first() is not None
