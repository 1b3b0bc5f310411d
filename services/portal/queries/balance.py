"""What a customer has to their credit, and how it came about: every entry is a recorded row, and they sum to it."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.models import Credit, Invoice, Payment
from shared.errors import NotFound
from shared.money import Money

MOST: Final = 50
"""Entries on a page."""

_BACK: Final = {"granted": "withdrawn", "topped_up": "paid_back"}
"""By source: what it is called when some of it goes back where it came from."""


@dataclass(frozen=True, kw_only=True)
class Moved:
    """Credit that came (positive) or went. `kind`: `granted`, `unused`, `topped_up`, `used`, `withdrawn`, `paid_back`.

    `payment` is what it was taken off or topped up with; `invoice` is that payment's, where one is issued.
    """

    id: str
    kind: str
    at: datetime
    amount: Money
    description: str | None
    credit: str | None
    payment: str | None
    order_number: str | None
    invoice: str | None = None
    invoice_number: str | None = None


@dataclass(frozen=True, kw_only=True)
class Balance:
    """What is left, by currency, and a page of what came and went, the newest first."""

    left: tuple[Money, ...]
    moved: tuple[Moved, ...]
    next_cursor: str | None


def of(
    session: Session,
    *,
    customer: str | None = None,
    hidden: Collection[str] = (),
    cursor: str | None = None,
    limit: int = MOST,
) -> Balance:
    """That of one customer, or of those in scope. Payments for `hidden` products are not described.

    Three statements. Raises NotFound for a cursor that is not theirs.
    """
    kept = _credits(session, customer)
    payments = _payments(session, customer, {each.payment for each in kept if each.payment is not None})
    moved = sorted(_moved(kept, payments, hidden), key=lambda each: (each.at, each.id), reverse=True)
    page = _after(moved, cursor)
    shown = page[:limit]
    return Balance(
        left=_left(kept),
        moved=_with_invoices(session, shown, hidden={each.id for each in payments.values() if each.product in hidden}),
        next_cursor=shown[-1].id if len(page) > limit else None,
    )


def _credits(session: Session, customer: str | None) -> Sequence[Credit]:
    statement = select(Credit).order_by(Credit.created_at, Credit.id)
    return session.scalars(statement if customer is None else statement.where(Credit.customer == customer)).all()


def _payments(session: Session, customer: str | None, others: Collection[str]) -> Mapping[str, Payment]:
    """Those that credit was taken off, and `others`."""
    statement = select(Payment).where(Payment.credited.is_not(None) | Payment.id.in_(others))
    found = session.scalars(statement if customer is None else statement.where(Payment.customer == customer))
    return {each.id: each for each in found}


def _left(kept: Sequence[Credit]) -> tuple[Money, ...]:
    left = Counter[str]()
    for each in kept:
        left[each.currency] += each.remaining
    return tuple(Money(amount, currency) for currency, amount in sorted(left.items()) if amount)


def _moved(kept: Sequence[Credit], payments: Mapping[str, Payment], hidden: Collection[str]) -> Iterator[Moved]:
    for each in kept:
        paid = payments.get(each.payment or "")
        came = Moved(
            id=each.id,
            kind=each.source,
            at=each.created_at,
            amount=Money(each.amount, each.currency),
            description=each.description,
            credit=each.id,
            payment=each.payment,
            order_number=None if paid is None else paid.order_number,
        )
        yield came
        if each.withdrawn:
            yield replace(
                came,
                id=f"{each.id}-back",
                kind=_BACK.get(each.source, "withdrawn"),
                at=each.withdrawn_at or each.created_at,
                amount=Money(-each.withdrawn, each.currency),
            )
    for payment in payments.values():
        used = sum(each["amount"] for each in payment.credited or ())
        if used:
            yield Moved(
                id=payment.id,
                kind="used",
                at=payment.created_at,
                amount=Money(-used, payment.currency),
                description=None if payment.product in hidden else _what_for(payment),
                credit=None,
                payment=payment.id,
                order_number=payment.order_number,
            )


def _what_for(payment: Payment) -> str:
    """What it was for, without the lines that say what credit was used."""
    billed = payment.lines[: len(payment.lines) - len(payment.credited or ())]
    return ", ".join(str(each["description"]) for each in billed)


def _after(moved: list[Moved], cursor: str | None) -> list[Moved]:
    if cursor is None:
        return moved
    for position, each in enumerate(moved):
        if each.id == cursor:
            return moved[position + 1 :]
    raise NotFound


def _with_invoices(session: Session, moved: Sequence[Moved], *, hidden: Collection[str]) -> tuple[Moved, ...]:
    payments = {each.payment for each in moved if each.payment is not None} - set(hidden)
    if not payments:
        return tuple(moved)
    found = session.execute(
        select(Invoice.payment, Invoice.id, Invoice.number).where(Invoice.payment.in_(payments))
    ).all()
    invoices = {row.payment: row for row in found}
    return tuple(
        each
        if (row := invoices.get(each.payment or "")) is None
        else replace(each, invoice=row.id, invoice_number=row.number)
        for each in moved
    )
