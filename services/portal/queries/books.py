"""Does what a customer paid, got back and was credited agree, beyond the invoices that `ledger` looks at?"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from services.portal.models import Credit, Invoice, Payment, Refund

MOST_PROBLEMS: Final = 100
_UNDER_WAY: Final = ("pending", "unknown", "succeeded")  # what of a refund `Payment.refunded` counts
_OF_PERIODS: Final = ("start", "renewal", "resume")


class Wrong(StrEnum):
    """What does not agree. `expected` and `found` are in minor units, or how many."""

    REFUNDED_DIFFERS = "refunded_differs"  # what the payment counts, what its refunds come to
    REFUNDED_TOO_MUCH = "refunded_too_much"  # what was paid, what went back
    INVOICED_UNPAID = "invoiced_unpaid"  # no invoice, for money that did not arrive
    CREDIT_DIFFERS = "credit_differs"  # what the credit says was used, what payments say
    TOPPED_UP_DIFFERS = "topped_up_differs"  # what was topped up less refunds, what its credit says
    CREDIT_LOST = "credit_lost"  # nothing, but a withdrawn payment keeps credit
    CREDITED_DIFFERS = "credited_differs"  # what was refunded, what its credit notes come to
    CREDITED_UNREFUNDED = "credited_unrefunded"  # nothing, for a credit note without a refund
    PERIOD_PAID_TWICE = "period_paid_twice"  # one payment for a period, so many


@dataclass(frozen=True, kw_only=True)
class Imbalance:
    """One thing that does not agree: whose, and of which payment, credit or subscription."""

    vendor: str
    mode: str
    customer: str
    wrong: Wrong
    object: str
    expected: int
    found: int


def verify(session: Session, *, vendor: str | None = None) -> tuple[Imbalance, ...]:
    """The first hundred of each kind, of everybody or of one vendor. Runs on the platform's side of the scope."""
    return tuple(
        each
        for found in (_refunds, _unpaid, _credits, _top_ups, _lost_credits, _periods)
        for each in _first(found(session, vendor))
    )


def _first(found: Iterable[Imbalance]) -> Iterator[Imbalance]:
    for _number, each in zip(range(MOST_PROBLEMS), found, strict=False):
        yield each


def _of(statement: Any, table: type[Payment | Credit], vendor: str | None) -> Any:
    """Of one vendor, or of everybody. The statement keeps what it is; its type has no name that fits them all."""
    return statement if vendor is None else statement.where(table.vendor == vendor)


def _refunds(session: Session, vendor: str | None) -> Iterator[Imbalance]:
    """Never more goes back than was paid, and a payment counts exactly the refunds that happened or may yet."""
    done = (
        select(
            Refund.payment.label("payment"),
            func.sum(case((Refund.status.in_(_UNDER_WAY), Refund.amount), else_=0)).label("counted"),
            func.sum(case((Refund.status == "succeeded", Refund.amount), else_=0)).label("gone"),
        )
        .group_by(Refund.payment)
        .subquery()
    )
    counted, gone = func.coalesce(done.c.counted, 0), func.coalesce(done.c.gone, 0)
    rows = session.execute(
        _of(select(Payment, counted, gone), Payment, vendor)
        .outerjoin(done, done.c.payment == Payment.id)
        .where(or_(counted != Payment.refunded, gone > Payment.total))
        .order_by(Payment.id)
        .limit(MOST_PROBLEMS)
    )
    for row, is_counted, is_gone in rows:
        if is_counted != row.refunded:
            yield _imbalance(row, Wrong.REFUNDED_DIFFERS, row.id, row.refunded, is_counted)
        if is_gone > row.total:
            yield _imbalance(row, Wrong.REFUNDED_TOO_MUCH, row.id, row.total, is_gone)


def _unpaid(session: Session, vendor: str | None) -> Iterator[Imbalance]:
    """What was not paid has no invoice."""
    rows = session.execute(
        _of(
            select(Payment.vendor, Payment.mode, Payment.customer, Payment.id, func.count().label("number")),
            Payment,
            vendor,
        )
        .join(Invoice, Invoice.payment == Payment.id)
        .where(Payment.status != "succeeded")
        .group_by(Payment.vendor, Payment.mode, Payment.customer, Payment.id)
        .order_by(Payment.id)
        .limit(MOST_PROBLEMS)
    )
    for row in rows:
        yield _imbalance(row, Wrong.INVOICED_UNPAID, row.id, 0, row.number)


def _credits(session: Session, vendor: str | None) -> Iterator[Imbalance]:
    """What is gone of a credit was taken off payments or withdrawn, all of it and nothing else."""
    used: Counter[str] = Counter()
    taken = _of(select(Payment.credited).where(Payment.credited.is_not(None)), Payment, vendor)
    for credited in session.scalars(taken.execution_options(yield_per=1000)):
        for each in credited or ():
            used[each["credit"]] += each["amount"]
    rows = session.scalars(_of(select(Credit).order_by(Credit.id), Credit, vendor).execution_options(yield_per=1000))
    for row in rows:
        gone = row.amount - row.remaining - row.withdrawn
        if used[row.id] != gone:
            yield _imbalance(row, Wrong.CREDIT_DIFFERS, row.id, gone, used[row.id])


def _top_ups(session: Session, vendor: str | None) -> Iterator[Imbalance]:
    """What was topped up and not paid back is the credit of it, once."""
    paid = (
        _of(select(Payment, Credit.amount - Credit.withdrawn), Payment, vendor)
        .outerjoin(Credit, Credit.payment == Payment.id)
        .where(Payment.kind == "top_up", Payment.status == "succeeded")
        .where(func.coalesce(Credit.amount - Credit.withdrawn, -1) != Payment.total - Payment.refunded)
        .order_by(Payment.id)
        .limit(MOST_PROBLEMS)
    )
    for row, credited in session.execute(paid):
        yield _imbalance(row, Wrong.TOPPED_UP_DIFFERS, row.id, row.total - row.refunded, credited or 0)


def _lost_credits(session: Session, vendor: str | None) -> Iterator[Imbalance]:
    """A payment that was withdrawn has given its credit back."""
    voided = select(Payment).where(Payment.status == "voided", Payment.credited.is_not(None)).order_by(Payment.id)
    for row in session.scalars(_of(voided, Payment, vendor).limit(MOST_PROBLEMS)):
        kept = sum(each["amount"] for each in row.credited or ())
        yield _imbalance(row, Wrong.CREDIT_LOST, row.id, 0, kept)


def _periods(session: Session, vendor: str | None) -> Iterator[Imbalance]:
    """A period of a subscription is charged once."""
    rows = session.execute(
        _of(
            select(Payment.vendor, Payment.mode, Payment.customer, Payment.subscription, func.count().label("number")),
            Payment,
            vendor,
        )
        .where(Payment.kind.in_(_OF_PERIODS), Payment.status != "voided", Payment.period_start.is_not(None))
        .group_by(Payment.vendor, Payment.mode, Payment.customer, Payment.subscription, Payment.period_start)
        .having(func.count() > 1)
        .order_by(Payment.subscription)
        .limit(MOST_PROBLEMS)
    )
    for row in rows:
        yield _imbalance(row, Wrong.PERIOD_PAID_TWICE, row.subscription or "", 1, row.number)


def _imbalance(row: Any, wrong: Wrong, of: str, expected: int, found: int) -> Imbalance:
    return Imbalance(
        vendor=row.vendor,
        mode=row.mode,
        customer=row.customer,
        wrong=wrong,
        object=of,
        expected=int(expected),
        found=int(found),
    )
