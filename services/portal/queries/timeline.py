"""What happened on a customer's account, from several lists in one order: what portal knows itself, and how lists of
others are put in between. Money is shown with its amount and what it was for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from heapq import merge
from itertools import islice
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, not_, or_, select
from sqlalchemy.orm import Session

from services.portal.models import CreditNote, Entry, Invoice, Payment, Refund
from services.portal.queries import action_log
from services.portal.queries.action_log import EntryView, Wanted
from shared.database import moments
from shared.database.moments import Place
from shared.money import Money


class Sort(StrEnum):
    """What a moment is of."""

    RECORD = "record"
    MONEY = "money"
    MAIL = "mail"
    SIGN_IN = "sign_in"


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One moment. `what` is the action of the record, `invoice`, `credit_note` or `payment`, the kind of a mail or a
    way in, or, where a session `is_over`, why; `about` what it was for; `entry` the line of the record, where it is
    one; `by` a customer's own person.
    """

    id: str
    at: datetime
    sort: Sort
    what: str
    about: str | None = None
    amount: Money | None = None
    entry: EntryView | None = None
    state: str | None = None
    by: str | None = None
    is_over: bool = False

    @property
    def place(self) -> Place:
        """Where the list goes on after it."""
        return Place(self.at, self.id)


def own(session: Session, *, customer_id: str, sort: Sort | None, place: Place | None, limit: int) -> list[Happening]:
    """What portal knows, newest first, from a place on: the record, and papers and payments that it has no line of."""
    lists: list[Iterable[Happening]] = []
    if sort in (None, Sort.RECORD, Sort.MONEY):
        lists.append(_recorded(session, customer_id, sort, place, limit))
    if sort in (None, Sort.MONEY):
        lists += [_papers(session, customer_id, place, limit, kind) for kind in (Invoice, CreditNote)]
        lists.append(_brought_in(session, customer_id, place, limit))
    return together(lists, limit=limit)


def together(lists: Sequence[Iterable[Happening]], *, limit: int) -> list[Happening]:
    """Lists in the order of the timeline as one, cut at the limit."""
    return list(islice(merge(*lists, key=lambda each: each.place, reverse=True), limit))


_MONEY: Final = ("pay_", "re_", "cr_")
_IS_MONEY: Final[ColumnElement[bool]] = or_(*(Entry.object.startswith(each, autoescape=True) for each in _MONEY))


def _recorded(
    session: Session, customer_id: str, sort: Sort | None, place: Place | None, limit: int
) -> list[Happening]:
    statement = action_log.listing(Wanted(about=customer_id))
    if sort is not None:
        statement = statement.where(_IS_MONEY if sort is Sort.MONEY else not_(_IS_MONEY))
    statement = moments.before(statement, Entry.at, Entry.id, place=place, limit=limit)
    entries = [action_log.view(row) for row in session.scalars(statement)]
    sums = _sums(session, {each.object for each in entries if each.object.startswith(_MONEY)})
    found = []
    for each in entries:
        amount, about = sums.get(each.object, (None, None))
        found.append(
            Happening(
                id=each.id,
                at=each.at,
                sort=Sort.MONEY if each.object.startswith(_MONEY) else Sort.RECORD,
                what=each.action,
                about=about,
                amount=amount,
                entry=each,
            )
        )
    return found


def _sums(session: Session, objects: set[str]) -> dict[str, tuple[Money, str]]:
    """Of payments and refunds: how much, and what for."""
    if not objects:
        return {}
    paid = select(Payment.id, Payment.total, Payment.currency, Payment.description).where(Payment.id.in_(objects))
    back = (
        select(Refund.id, Refund.amount, Refund.currency, Payment.description)
        .join(Payment, Payment.id == Refund.payment)
        .where(Refund.id.in_(objects))
    )
    rows = [*session.execute(paid), *session.execute(back)]
    return {id_: (Money(amount, currency), about) for id_, amount, currency, about in rows}


def _papers(session: Session, customer_id: str, place: Place | None, limit: int, kind: Any) -> list[Happening]:
    at = kind.dated_at if kind is Invoice else kind.issued_at
    statement: Select[Any] = select(kind).where(kind.customer == customer_id)
    rows = session.scalars(moments.before(statement, at, kind.id, place=place, limit=limit))
    return [
        Happening(
            id=row.id,
            at=getattr(row, at.key),
            sort=Sort.MONEY,
            what="invoice" if kind is Invoice else "credit_note",
            about=row.number,
            amount=Money(row.total if kind is Invoice else -row.total, row.currency),
        )
        for row in rows
    ]


def _brought_in(session: Session, customer_id: str, place: Place | None, limit: int) -> list[Happening]:
    """Payments from files: many at once, so the record has one line for all of a file."""
    statement = select(Payment).where(
        Payment.customer == customer_id, Payment.source_key.is_not(None), Payment.paid_at.is_not(None)
    )
    rows = session.scalars(moments.before(statement, Payment.paid_at, Payment.id, place=place, limit=limit))
    return [
        Happening(
            id=row.id,
            at=row.paid_at,
            sort=Sort.MONEY,
            what="payment",
            about=row.description,
            amount=Money(row.total, row.currency),
        )
        for row in rows
        if row.paid_at is not None
    ]
