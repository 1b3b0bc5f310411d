"""Unused time that is given back after an immediate cancel: what was paid in money as money where the vendor says so,
else as credit; what was paid with credit always as credit."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, Literal, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.actions.subscriptions.preview import GivenBack
from services.portal.models import Credit, Payment, Subscription
from services.portal.queries import renewals
from services.portal.queries.refunds import GIVEN_BACK, TOO_LATE
from services.portal.rules.payments import crediting
from services.portal.rules.portals.features import UnusedTime
from services.portal.rules.subscriptions import unused, worth
from services.portal.rules.subscriptions.period import Period
from services.portal.rules.subscriptions.unused import Kept, Paid, Unused
from services.portal.rules.subscriptions.worth import OfRate, Worth
from shared import ids
from shared.money import Money
from shared.totals import TaxBehavior

_PAID_TO_US: Final = ("start", "renewal", "change", "resume", "addon")


def unused_of(session: Session, row: Subscription, *, at: datetime) -> tuple[Unused, ...]:
    """What was paid for the time after `at`, payment by payment."""
    return unused.calculate([_paid(each) for each in _ahead(session, row, at)], at=at)


def worth_of(payment: Payment) -> Worth:
    """What a payment for a period has bought of it, in money and without."""
    assert payment.period_start is not None
    assert payment.period_end is not None
    return worth.calculate(
        lines=[renewals.line_of(each) for each in payment.lines],
        period=Period(start=payment.period_start, end=payment.period_end),
        total=payment.total,
        currency=payment.currency,
        tax_behavior=cast("TaxBehavior", payment.tax_behavior),
    )


def note_moved(
    session: Session, row: Subscription, amount: int, *, kept: int, by: str | None = None, at: datetime
) -> None:
    """A change took `amount` of unused time off another plan, or `kept` of it as credit; not the payment `by` it.

    What was paid with credit goes first: of what was paid in money, as much as can be stays refundable.
    """
    rows = {each.id: each for each in _ahead(session, row, at, lock=True) if each.id != by}
    for each in unused.calculate([_paid(payment) for payment in rows.values()], at=at):
        part, back = min(each.total, amount), min(each.total, amount, kept)
        in_credit = min(back, each.credit.total)
        moved = part - min(part, each.credit.total)
        _note(rows[each.payment], moved, kept=Kept(back - in_credit, at, credit=in_credit))
        amount, kept = amount - part, kept - back


def summed(found: Sequence[Unused], row: Subscription, *, how: UnusedTime) -> GivenBack | None:
    """What is given back altogether, with tax; None where that is nothing."""
    behavior = cast("TaxBehavior", row.tax_behavior)
    credit = worth.value(_credited(found, how=how), row.currency, behavior)
    money = 0 if how is UnusedTime.CREDIT else sum(each.money.total for each in found)
    if credit + money == 0:
        return None
    as_what = UnusedTime.REFUND if money else UnusedTime.CREDIT
    return GivenBack(amount=Money(money + credit, row.currency), how=as_what.value, credit=Money(credit, row.currency))


def foreseen(found: Sequence[Unused], *, how: UnusedTime, description: str) -> tuple[crediting.Kept, ...]:
    """The credit that `credit` would keep."""
    return tuple(
        crediting.Kept(
            id=f"unused {each.tax_rate}", description=description, remaining=each.amount, tax_rate=each.tax_rate
        )
        for each in _credited(found, how=how)
    )


def credit(
    session: Session,
    row: Subscription,
    found: Sequence[Unused],
    *,
    how: UnusedTime,
    description: str,
    now: datetime,
) -> None:
    """Keep it for the customer's next charges, at the tax rates it was paid at. It can't be refunded as well.

    Where unused time comes back as a refund, only what was paid with credit is kept.
    """
    back = {each.payment: each for each in found}
    session.flush()
    rows = select(Payment).where(Payment.id.in_(back)).order_by(Payment.id).with_for_update()
    for payment in session.scalars(rows, execution_options={"populate_existing": True}):
        each = back[payment.id]
        money = each.money.total if how is UnusedTime.CREDIT else 0
        _note(payment, money, kept=Kept(money, now, credit=each.credit.total))
    _keep(session, row, _credited(found, how=how), description=description, now=now)


def keep_all(
    session: Session, payment: Payment, row: Subscription, *, action: str = "payment.too_late", now: datetime
) -> None:
    """Paid for something that is over by now, or was withdrawn: nothing changes, nothing is lost.

    Credit that was used for it is kept again, unless it came back when the payment was withdrawn.
    """
    lines = [renewals.line_of(each) for each in payment.lines]
    money = crediting.excess(
        lines=[worth.opposite(line) for line in lines],
        currency=payment.currency,
        tax_behavior=cast("TaxBehavior", payment.tax_behavior),
    )
    used = lines[len(lines) - len(payment.credited or ()) :]
    kept = [OfRate(rate, amount) for rate, amount in money.items()]
    kept += [OfRate(line.tax_rate, -line.amount) for line in used]
    _note(payment, payment.total, kept=Kept(payment.total, now))
    payment.after = {**(payment.after or {}), TOO_LATE: True}
    _keep(session, row, kept, description=payment.description, now=now)
    after = {"payment": payment.id, "status": row.status.value}
    action_log.write(session, action=action, of=row.id, before=None, after=after, now=now)


def _note(payment: Payment, amount: int, *, kept: Kept) -> None:
    """`amount` of a payment's money, which is locked, was given back other than as money; `kept` of it as credit."""
    if amount + kept.money + kept.credit > 0:
        earlier = (payment.after or {}).get(GIVEN_BACK, [])
        entry = {"amount": amount, "kept": kept.money, "credit": kept.credit, "at": kept.at.isoformat()}
        payment.after = {**(payment.after or {}), GIVEN_BACK: [*earlier, entry]}


def _keep(session: Session, row: Subscription, kept: Iterable[OfRate], *, description: str, now: datetime) -> None:
    """A credit for each rate."""
    for each in _merged(kept):
        session.add(
            Credit(
                id=ids.new("cr"),
                customer=row.customer,
                subscription=row.id,
                description=description,
                currency=row.currency,
                tax_rate=each.tax_rate,
                tax_behavior=cast("Literal['exclusive', 'inclusive']", row.tax_behavior),
                amount=each.amount,
                remaining=each.amount,
                created_at=now,
            )
        )
    renewals.forget(session)


def _credited(found: Sequence[Unused], *, how: UnusedTime) -> tuple[OfRate, ...]:
    """What of it becomes credit, by rate."""
    shares = [each.credit for each in found]
    if how is UnusedTime.CREDIT:
        shares += [each.money for each in found]
    return _merged(part for share in shares for part in share.rates)


def _merged(parts: Iterable[OfRate]) -> tuple[OfRate, ...]:
    by_rate: dict[int, int] = {}
    for part in parts:
        by_rate[part.tax_rate] = by_rate.get(part.tax_rate, 0) + part.amount
    return tuple(OfRate(rate, amount) for rate, amount in sorted(by_rate.items()) if amount > 0)


def _paid(payment: Payment) -> Paid:
    assert payment.period_start is not None
    assert payment.period_end is not None
    return Paid(
        payment=payment.id,
        period=Period(start=payment.period_start, end=payment.period_end),
        worth=worth_of(payment),
        total=payment.total,
        refunded=payment.refunded,
        kept=[
            Kept(each["kept"], datetime.fromisoformat(each["at"]), credit=each["credit"])
            for each in (payment.after or {}).get(GIVEN_BACK, ())
        ],
    )


def _ahead(session: Session, row: Subscription, at: datetime, *, lock: bool = False) -> Sequence[Payment]:
    """What was paid for a time that is not over, and counts for it."""
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
    return [each for each in session.scalars(statement) if not (each.after or {}).get(TOO_LATE)]
