"""Unused time that is given back after an immediate cancel: as money where the processor took it, else as credit."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.actions.subscriptions.preview import GivenBack
from services.portal.models import Credit, Payment, Subscription
from services.portal.queries import renewals
from services.portal.queries.refunds import GIVEN_BACK
from services.portal.rules.portals.features import UnusedTime
from services.portal.rules.subscriptions import unused
from services.portal.rules.subscriptions.period import Period
from services.portal.rules.subscriptions.unused import Kept, OfRate, Paid, Unused
from shared import ids
from shared.money import Money

_PAID_TO_US: Final = ("start", "renewal", "change", "resume")


def unused_of(session: Session, row: Subscription, *, at: datetime) -> tuple[Unused, ...]:
    """What was paid for the time after `at`, payment by payment."""
    return unused.calculate([_paid(each) for each in _ahead(session, row, at)], at=at)


def note(payment: Payment, amount: int, *, kept: int, at: datetime) -> None:
    """`amount` of a payment, which is locked, was given back other than as money, `kept` of it as credit."""
    if amount > 0:
        earlier = (payment.after or {}).get(GIVEN_BACK, [])
        entry = {"amount": amount, "kept": kept, "at": at.isoformat()}
        payment.after = {**(payment.after or {}), GIVEN_BACK: [*earlier, entry]}


def note_moved(
    session: Session, row: Subscription, amount: int, *, kept: int, by: str | None = None, at: datetime
) -> None:
    """A change took `amount` of unused time off another plan, or `kept` of it as credit; not the payment `by` it."""
    rows = {each.id: each for each in _ahead(session, row, at, lock=True) if each.id != by}
    for each in unused.calculate([_paid(payment) for payment in rows.values()], at=at):
        part = min(each.total, amount)
        part_kept = min(part, kept)
        note(rows[each.payment], part, kept=part_kept, at=at)
        amount, kept = amount - part, kept - part_kept


def summed(found: Sequence[Unused], row: Subscription, *, how: UnusedTime) -> GivenBack | None:
    """What is given back altogether, with tax; None where that is nothing."""
    total = sum(each.total for each in found)
    return GivenBack(amount=Money(total, row.currency), how=how.value) if total else None


def credit(session: Session, row: Subscription, found: Sequence[Unused], *, description: str, now: datetime) -> None:
    """Keep it for the customer's next charges, at the tax rates it was paid at. It can't be refunded as well."""
    back = {each.payment: each.total for each in found}
    session.flush()
    rows = select(Payment).where(Payment.id.in_(back)).order_by(Payment.id).with_for_update()
    for payment in session.scalars(rows, execution_options={"populate_existing": True}):
        note(payment, back[payment.id], kept=back[payment.id], at=now)
    by_rate: dict[int, int] = {}
    for each in found:
        for part in each.rates:
            by_rate[part.tax_rate] = by_rate.get(part.tax_rate, 0) + part.amount
    for rate, amount in sorted(by_rate.items()):
        session.add(
            Credit(
                id=ids.new("cr"),
                customer=row.customer,
                subscription=row.id,
                description=description,
                currency=row.currency,
                tax_rate=rate,
                tax_behavior=cast("Literal['exclusive', 'inclusive']", row.tax_behavior),
                amount=amount,
                remaining=amount,
                created_at=now,
            )
        )


def keep_all(session: Session, payment: Payment, row: Subscription, *, now: datetime) -> None:
    """Paid for something that is over by now: nothing changes, nothing is lost."""
    by_rate: dict[int, int] = {}
    for line in payment.lines:
        by_rate[line["tax_rate"]] = by_rate.get(line["tax_rate"], 0) + line["amount"]
    rates = tuple(OfRate(rate, amount) for rate, amount in sorted(by_rate.items()) if amount > 0)
    kept = Unused(payment=payment.id, total=payment.total, rates=rates)
    credit(session, row, [kept], description=payment.description, now=now)
    after = {"payment": payment.id, "status": row.status.value}
    action_log.write(session, action="payment.too_late", of=row.id, before=None, after=after, now=now)


def _paid(payment: Payment) -> Paid:
    assert payment.period_start is not None
    assert payment.period_end is not None
    return Paid(
        payment=payment.id,
        period=Period(start=payment.period_start, end=payment.period_end),
        lines=[renewals.line_of(each) for each in payment.lines],
        total=payment.total,
        refunded=payment.refunded,
        kept=[
            Kept(each["kept"], datetime.fromisoformat(each["at"])) for each in (payment.after or {}).get(GIVEN_BACK, ())
        ],
    )


def _ahead(session: Session, row: Subscription, at: datetime, *, lock: bool = False) -> Sequence[Payment]:
    """What was paid for a time that is not over."""
    statement = (
        select(Payment)
        .where(
            Payment.subscription == row.id,
            Payment.status == "succeeded",
            Payment.kind.in_(_PAID_TO_US),
            Payment.period_end > at,
        )
        .order_by(Payment.id)
    )
    if lock:
        session.flush()
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalars(statement).all()
