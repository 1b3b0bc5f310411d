"""Customers found by the beginning of what they are known by, or by what they bought.

An id, the number of an order and the id of a subscription are exact; of an e-mail address, of each word of a name and a
company, and of a reference of the vendor's own the beginning is enough, in any case; of several words, in any order.
Each has an index: 100,000 customers are searched in some milliseconds on PostgreSQL.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, false, func, literal_column, or_, select
from sqlalchemy.orm import Session

from services.portal.models import Customer, Plan, Subscription
from services.portal.models.customers import WORDS
from services.portal.queries import customers, orders, subscriptions
from services.portal.queries.batches import pieces
from services.portal.queries.customers import CustomerView
from shared.database import Begin

ROW: Final = Customer
"""What a listing yields."""


class Found:
    """A customer that words found, for whoever cuts pages: in the order of ids, which no index may be read for.

    By the order of the index PostgreSQL would read customers from the newest on until enough of them fit. Where many
    fit and all of them are old, that is every customer; sorting those that fit takes a tenth of the time.
    """

    id: Final = Customer.id.concat("")


_BEGINS: Final[tuple[ColumnElement[str], ...]] = (
    func.lower(Customer.display_name),
    func.lower(Customer.company),
    func.lower(Customer.reference),
)
_WORD: Final = re.compile(r"[^\W_]+")
_NAMED: Final = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*[.,]?")
"""What is typed of a name. Anything with other signs in it is meant as it stands."""
_PLAIN: Final[ColumnElement[Any]] = literal_column("'simple'::regconfig")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which customers; None means any. `status` and `plan` are of one and the same subscription of theirs."""

    search: str | None = None
    email_key: str | None = None
    reference: str | None = None
    status: str | None = None
    plan: str | None = None


def row(wanted: Wanted) -> Any:
    """What pages of the listing are cut by."""
    return Found if wanted.search else ROW


def listing(session: Session, wanted: Wanted, *, now: datetime) -> Select[Customer]:
    """Those that are wanted, in no order yet."""
    statement = select(Customer)
    if wanted.email_key is not None:
        statement = statement.where(Customer.email_key == wanted.email_key)
    if wanted.reference is not None:
        statement = statement.where(Customer.reference == wanted.reference)
    if wanted.search:
        statement = statement.where(_known_by(session, wanted.search.strip()))
    if wanted.status is not None or wanted.plan is not None:
        bought = subscriptions.listing(customer=None, status=wanted.status, now=now)
        bought = bought if wanted.plan is None else bought.where(Subscription.plan == wanted.plan)
        statement = statement.where(bought.where(Subscription.customer == Customer.id).exists())
    return statement


def batches(begin: Begin, statement: Select[Customer]) -> Iterator[list[CustomerView]]:
    """All of them, newest first, in pieces: any number fits the memory."""
    return pieces(begin, statement, ROW, customers.view)


def plans(session: Session) -> list[tuple[str, str]]:
    """What a list of customers can be narrowed to, by name: the id and the name of each plan."""
    return [(id_, name) for id_, name in session.execute(select(Plan.id, Plan.name).order_by(Plan.name, Plan.id))]


def running(session: Session, customers: list[str], *, now: datetime) -> dict[str, list[tuple[str, str]]]:
    """Of each of these customers the subscriptions that are not over: the plan's name and the state. One statement."""
    statement = subscriptions.listing(customer=None, status=None, now=now).join(Plan, Plan.id == Subscription.plan)
    found = session.execute(
        statement.with_only_columns(Subscription.customer, Plan.name, Subscription.status, Subscription.ends_at)
        .where(Subscription.customer.in_(customers), Subscription.status != "ended")
        .order_by(Subscription.id)
    )
    of: dict[str, list[tuple[str, str]]] = {each: [] for each in customers}
    for customer, name, status, ends_at in found:
        if ends_at is None or ends_at > now:
            of[customer].append((name, status.value))
    return of


def _known_by(session: Session, words: str) -> ColumnElement[bool]:
    """One condition whose parts have an index each; what was bought is looked up before, by exact number or id."""
    if not words:
        return false()
    begins: list[ColumnElement[Any]] = [
        column.startswith(words.lower(), autoescape=True) for column in (Customer.email_key, *_BEGINS)
    ]
    if all(map(_NAMED.fullmatch, words.split())):
        begins.append(_has_words(session, _WORD.findall(words)))
    named = [words, *_buyers(session, words)]
    return or_(Customer.id.in_(named), *begins)


def _has_words(session: Session, wanted: list[str]) -> ColumnElement[bool]:
    """A name and a company that have words which begin so, each of these."""
    if session.get_bind().dialect.name == "postgresql":
        query = func.to_tsquery(_PLAIN, " & ".join(f"{each}:*" for each in wanted))
        return literal_column(WORDS).bool_op("@@")(query)
    names = func.coalesce(Customer.display_name, "").concat(" ").concat(func.coalesce(Customer.company, ""))
    spaced = func.lower(func.replace(literal_column("' '").concat(names), "-", " "))
    return and_(*(spaced.contains(f" {each.lower()}", autoescape=True) for each in wanted))


def _buyers(session: Session, words: str) -> list[str]:
    """Who has this subscription, or this order. Letter case, blanks and dashes in an order's number don't matter."""
    if words.startswith("sub_"):
        return list(session.scalars(select(Subscription.customer).where(Subscription.id == words)))
    return orders.buyers(session, "".join(words.split()).replace("-", "").upper())
