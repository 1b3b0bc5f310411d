"""What a batch of rows would do, for a dry run: the same decisions as bringing it in, with nothing written.

What earlier batches would have added is remembered in a `Book`, where bringing in finds it in the tables.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.operations.batches import Numbered, Outcome, new_ones
from services.portal.actions.operations.subscription_rows import usable_of
from services.portal.models import Customer, Payment, Subscription
from services.portal.rules.customers.details import Details
from services.portal.rules.operations.import_row import Kind

ByAddress: TypeAlias = dict[str, set[str | None]]
"""The references of the customers with an address, None for one without."""


@dataclass
class Book:
    """What the file would have added so far: keys of rows, and customers. Some 500 bytes a row."""

    keys: set[str] = field(default_factory=set)
    references: set[str] = field(default_factory=set)
    by_address: ByAddress = field(default_factory=dict)


def look(session: Session, kind: Kind, rows: Sequence[Numbered], book: Book) -> Outcome:
    """What would become of a batch, after those that the book has."""
    outcome = Outcome()
    if kind is Kind.CUSTOMERS:
        outcome.added = outcome.customers_added = _customers(session, rows, book)
        outcome.unchanged = len(rows) - outcome.added
        return outcome
    usable = rows
    if kind is Kind.SUBSCRIPTIONS:
        usable = [each.numbered for each in usable_of(session, rows, outcome)]
    table: Any = (Subscription if kind is Kind.SUBSCRIPTIONS else Payment).__table__
    fresh = [each for each in new_ones(session, table, usable) if each.key not in book.keys]
    book.keys.update(each.key for each in fresh)
    outcome.added, outcome.unchanged = len(fresh), len(usable) - len(fresh)
    outcome.customers_added = _customers(session, fresh, book)
    return outcome


def _customers(session: Session, rows: Sequence[Numbered], book: Book) -> int:
    """How many would be made, as `batches.resolve` makes them."""
    wanted = [each.row.customer for each in rows]
    references, by_address = _known(session, wanted)
    made = 0
    for given in wanted:
        if given.reference in references or given.reference in book.references:
            continue
        there = (by_address.get(given.email_key), book.by_address.get(given.email_key))
        if any(each and (given.reference is None or None in each or given.reference in each) for each in there):
            continue
        book.by_address.setdefault(given.email_key, set()).add(given.reference)
        if given.reference:
            book.references.add(given.reference)
        made += 1
    return made


def _known(session: Session, wanted: Iterable[Details]) -> tuple[set[str], ByAddress]:
    """The customers that are here: asked by each index in turn, since an OR of two long lists uses neither well."""
    names = (Customer.reference, Customer.email_key)
    named = select(*names).where(Customer.reference.in_({given.reference for given in wanted if given.reference}))
    reached = select(*names).where(Customer.email_key.in_({given.email_key for given in wanted}))
    by_address: ByAddress = {}
    for reference, email_key in session.execute(reached):
        by_address.setdefault(email_key, set()).add(reference)
    return {reference for reference, _ in session.execute(named) if reference}, by_address
