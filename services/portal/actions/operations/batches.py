"""Rows of an imported file into tables, a few hundred at a time, in a handful of statements each."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from services.portal.actions import customers as customer_actions
from services.portal.actions import payments as payment_actions
from services.portal.models import Customer, Payment
from services.portal.rules.customers.details import Details
from services.portal.rules.operations.import_row import PaymentRow, Row, SubscriptionRow
from services.portal.rules.payments import recording
from shared import ids
from shared.bus import outbox
from shared.database import scope
from shared.errors import FieldError
from shared.events import CustomerCreated


@dataclass(frozen=True, slots=True)
class Numbered:
    """A usable row, the line it stood on, and what it is known by, so that it goes in once."""

    line: int
    row: Row
    key: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that can't be used, and why."""

    line: int
    errors: tuple[FieldError, ...]


@dataclass
class Outcome:
    """What became of a batch."""

    added: int = 0
    customers_added: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)


class Keys:
    """What each row of one file is known by: its reference, else what it says and how often it was said before.

    Keeps eight bytes and a count for every different row without a reference: some 100 MB a million of them.
    """

    def __init__(self) -> None:
        self._said: Counter[int] = Counter()

    def of(self, row: Row) -> str:
        reference = row.reference if isinstance(row, PaymentRow | SubscriptionRow) else None
        if reference is not None:
            return _digest(["reference", reference]).hex()
        said = _digest(row)
        short = int.from_bytes(said[:8])
        self._said[short] += 1
        return _digest([said.hex(), self._said[short]]).hex()


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


def _plain(value: Any) -> Any:
    """What JSON does not know. Keys are kept in tables: what this says of a row must never change."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: getattr(value, name) for name in _names(type(value))}
    return str(value)


_encoded: Final = json.JSONEncoder(default=_plain, sort_keys=True).encode


def _digest(value: Any) -> bytes:
    return hashlib.sha256(_encoded(value).encode()).digest()


def add_customers(session: Session, rows: Sequence[Numbered], *, now: datetime) -> Outcome:
    """Make those that are not here yet; the others stay as they are."""
    found = resolve(session, [each.row.customer for each in rows], now=now)
    outbox.record_many(session, found.events, at=now)
    added = len(found.events)
    return Outcome(added=added, customers_added=added, unchanged=len(rows) - added)


def add_payments(session: Session, rows: Sequence[Numbered], *, now: datetime) -> Outcome:
    """Record those that are not here yet, as payments of the past, with customers made as needed."""
    fresh = new_ones(session, Payment.__table__, rows)
    found = resolve(session, [each.row.customer for each in fresh], now=now)
    payments = [
        _payment(each.row, each.key, buyer, now)
        for each, buyer in zip(fresh, found.customers, strict=True)
        if isinstance(each.row, PaymentRow)
    ]
    store(session, Payment.__table__, payments)
    told = [
        payment_actions.succeeded(p, buyer, po_number=buyer.po_number)
        for p, buyer in zip(payments, found.customers, strict=True)
    ]
    outbox.record_many(session, [*found.events, *told], at=now)
    return Outcome(added=len(payments), customers_added=len(found.events), unchanged=len(rows) - len(payments))


def _payment(row: PaymentRow, key: str, buyer: Customer, now: datetime) -> Payment:
    recorded = recording.calculate(lines=[row.line], currency=row.amount.currency, tax_behavior="inclusive")
    return Payment(
        id=ids.new("pay"),
        customer=buyer.id,
        subscription=None,
        product=None,
        tax_behavior="inclusive",
        order_number=ids.order_number(),
        method=None,
        historical=True,
        source_key=key,
        paid_at=row.paid_at,
        created_at=now,
        **scope.values(),
        **payment_actions.columns(recorded),
    )


@dataclass(frozen=True)
class Resolved:
    """The customer of each row, in order, and what there is to tell about new ones."""

    customers: list[Customer]
    events: list[CustomerCreated]


def resolve(session: Session, wanted: Sequence[Details], *, now: datetime) -> Resolved:
    """The customers that rows name: found by reference, else by address, else made.

    An address leads to a customer with another reference only for rows that name none.
    """
    by_reference, by_address = _known(session, wanted)
    customers: list[Customer] = []
    made: list[Customer] = []
    for given in wanted:
        customer = by_reference.get(given.reference) if given.reference else None
        if customer is None:
            customer = next((each for each in by_address.get(given.email_key, ()) if _fits(each, given)), None)
        if customer is None:
            customer = Customer(
                id=ids.new("cus"),
                created_at=now,
                revision=1,
                **scope.values(),
                **customer_actions.columns(given),
                **customer_actions.unverified(given, now=now),
            )
            made.append(customer)
            by_address.setdefault(given.email_key, []).append(customer)
            if given.reference:
                by_reference[given.reference] = customer
        customers.append(customer)
    store(session, Customer.__table__, made)
    return Resolved(customers=customers, events=[customer_actions.created(each) for each in made])


def _fits(customer: Customer, given: Details) -> bool:
    return given.reference is None or customer.reference is None or customer.reference == given.reference


def _known(session: Session, wanted: Iterable[Details]) -> tuple[dict[str, Customer], dict[str, list[Customer]]]:
    references = {given.reference for given in wanted if given.reference}
    addresses = {given.email_key for given in wanted}
    is_named = Customer.reference.in_(references) | Customer.email_key.in_(addresses)
    by_reference: dict[str, Customer] = {}
    by_address: dict[str, list[Customer]] = {}
    for row in session.scalars(select(Customer).where(is_named).order_by(Customer.id)):
        if row.reference:
            by_reference[row.reference] = row
        by_address.setdefault(row.email_key, []).append(row)
    return by_reference, by_address


def new_ones(session: Session, table: Any, rows: Sequence[Numbered]) -> list[Numbered]:
    """Rows whose key is neither in the table nor on an earlier row of the batch."""
    by_key: dict[str, Numbered] = {}
    for each in rows:
        by_key.setdefault(each.key, each)
    here = scope.values()
    known = session.connection().execute(
        select(table.c.source_key).where(
            table.c.vendor == here["vendor"], table.c.mode == here["mode"], table.c.source_key.in_(by_key)
        )
    )
    for (key,) in known:
        del by_key[key]
    return list(by_key.values())


def store(session: Session, table: Any, rows: Sequence[Any]) -> None:
    """Insert rows that no session knows, in one statement."""
    if rows:
        assert isinstance(table, Table)
        names = [column.key for column in table.columns]
        session.connection().execute(insert(table), [{name: getattr(row, name) for name in names} for row in rows])
