"""What a service holds of people, said in a literal table of its own: column by column what a customer's export shows
and what an erase leaves.

A service's `models/personal.py` names every column of every table it has, those without anything of a person too, so a
column that nobody thought about fails a test instead of outliving the person.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, and_, delete, or_, select, update
from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class Person:
    """Whose data. `addresses` are keys of mailboxes that are this customer's alone, where the service finds rows so."""

    vendor: str
    mode: str
    customer: str
    addresses: tuple[str, ...] = ()


Whose = Callable[[Table, Person], ColumnElement[bool]]


@dataclass(frozen=True, kw_only=True)
class Holding:
    """One table. Every column is `exported` or `internal`; what an erase does to it stands in `erased`.

    `exported`: a customer's export shows it. `internal`: of no person, a secret, or a means of finding. `erased`: what
    a column becomes, a value or a function of the person; columns that are not named stay as they are. `is_deleted`:
    the whole row goes. `whose` finds a customer's rows; None: the table is about nobody. `ground`: why rows may stay.
    `is_written_once`: a row that holds nothing of what is erased may not even be written as it is.
    """

    exported: str = ""
    internal: str = ""
    erased: Mapping[str, Any] = field(default_factory=dict)
    is_deleted: bool = False
    whose: Whose | None = None
    ground: str | None = None
    is_written_once: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that has a rule."""
        return (*self.exported.split(), *self.internal.split())


Holdings = Mapping[str, Holding]
TAX_LAW: Final = "tax_law"
CLAIMS: Final = "claims"
"""Reasons for which something stays: books must be kept; what was agreed and done must be provable."""


def own(table: Table, person: Person) -> ColumnElement[bool]:
    """Rows with the customer in the column `customer`."""
    return _here(table, person) & (table.c.customer == person.customer)


def own_id(table: Table, person: Person) -> ColumnElement[bool]:
    """The row whose id is the customer's."""
    return _here(table, person) & (table.c.id == person.customer)


def mailbox(table: Table, person: Person) -> ColumnElement[bool]:
    """Rows with one of the customer's own addresses in the column `email_key`."""
    return _here(table, person) & table.c.email_key.in_(person.addresses)


def gone_address(person: Person) -> str:
    """An address that nobody can have (RFC 2606), where a column must hold one."""
    return f"{person.customer}@erased.invalid"


def erase(session: Session, holdings: Holdings, tables: Mapping[str, Table], *, of: Person) -> dict[str, int]:
    """Do what the table says; how many rows of each table were touched. What was erased before stays as it is."""
    connection, touched = session.connection(), {}
    for name, holding in holdings.items():
        if holding.whose is None or not (holding.is_deleted or holding.erased):
            continue
        table = tables[name]
        rows = holding.whose(table, of)
        if holding.is_deleted:
            touched[name] = connection.execute(delete(table).where(rows)).rowcount
            continue
        becomes = {each: value(of) if callable(value) else value for each, value in holding.erased.items()}
        if holding.is_written_once:
            rows = and_(rows, or_(*(table.c[each].is_not(None) for each in becomes)))
        touched[name] = connection.execute(update(table).where(rows).values(becomes)).rowcount
    session.expire_all()
    return touched


def collect(
    session: Session, holdings: Holdings, tables: Mapping[str, Table], *, of: Person
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Table by table, the customer's rows as an export shows them, oldest first; values that JSON can hold."""
    for name, holding in holdings.items():
        if holding.whose is None or not holding.exported:
            continue
        table = tables[name]
        columns = [table.c[each] for each in holding.exported.split()]
        found = session.connection().execute(
            select(*columns).where(holding.whose(table, of)).order_by(*table.primary_key.columns)
        )
        yield name, [{key: _plain(value) for key, value in row._mapping.items()} for row in found]


def _here(table: Table, person: Person) -> ColumnElement[bool]:
    return (table.c.vendor == person.vendor) & (table.c.mode == person.mode)


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value


SHARED: Final[Holdings] = {
    "outbox": Holding(internal="id key body recorded_at published_at parked_at"),
    "inbox": Holding(internal="event_id handled_at"),
    "jobs": Holding(internal="name due_at lease_until token"),
    "idempotency_keys": Holding(
        internal="id vendor mode actor method path key fingerprint status headers body created_at"
    ),
    "api_requests": Holding(  # ids at most: neither what was sent nor what was answered
        internal="id vendor mode key request_id method route ids status code fields idempotency_key is_replayed"
        " milliseconds created_at"
    ),
    "erased_customers": Holding(internal="customer vendor mode erased_at masked_at"),
}
"""The tables that every service has. `shared.bus.forgetting` masks what is personal in two of them."""
