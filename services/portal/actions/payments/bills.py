"""What is owed, decided and recorded before the processor is asked: step 1 of three, inside the caller's transaction.

A bill becomes a `Payment`, and the try to collect it an `Attempt` with the key that the processor will know it by.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.actions.payments import settle
from services.portal.models import Attempt, Credit, Payment, PaymentMethod
from services.portal.queries import customers, portals, time
from services.portal.rules.payments import crediting, method
from services.portal.rules.payments.crediting import Kept, Used
from services.portal.rules.payments.outcome import LEASE, Result
from services.portal.rules.subscriptions.period import Period
from shared import ids
from shared.database import scope
from shared.errors import NotFound
from shared.i18n import DEFAULT, text
from shared.money import Money
from shared.totals import Line, TaxBehavior, Totals
from shared.totals import calculate as totals_of

DESCRIPTION_LENGTH = 500
_HOME = "portal.payments.home"


@dataclass(frozen=True, kw_only=True)
class Bill:
    """What is to be paid, by whom and for what. `payment_method`: the subscription's own, None for the default.

    `after` is what the action that waits for the money does once it is there.
    """

    customer: str
    subscription: str | None
    product: str | None
    kind: str
    period: Period | None
    lines: tuple[Line, ...]
    currency: str
    tax_behavior: TaxBehavior
    payment_method: str | None
    after: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Intent:
    """A call of the processor that is recorded and not yet made. `return_path`: where 3-D Secure leads back to."""

    payment: str
    attempt: str
    key: str
    token: str
    processor: str
    amount: Money
    description: str
    off_session: bool
    return_path: str


@dataclass(frozen=True, kw_only=True)
class Opened:
    """The payment, and the call to make. Without one it is settled already, and `outcome` says how."""

    payment: Payment
    intent: Intent | None
    outcome: Result | None


def open_bill(session: Session, bill: Bill, *, off_session: bool, now: datetime) -> Opened:
    """Record what is owed, less the customer's credit, and the attempt to collect it.

    Nothing to pay, or no card to charge: settled at once, with its effects. Raises what the totals refuse.
    """
    used = _credit_for(session, bill)
    lines = (*_without_excess(session, bill, now=now), *(each.line for each in used))
    payment = payment_of(bill, lines, totals_of(lines, bill.currency, bill.tax_behavior), now=now)
    payment.credited = [{"credit": each.id, "amount": each.amount} for each in used] or None
    session.add(payment)
    session.flush()
    if payment.total == 0:
        settle.paid(session, payment, now=now)
        return Opened(payment=payment, intent=None, outcome=Result.SUCCEEDED)
    card = charged(session, customer=bill.customer, own=bill.payment_method)
    if card is None:
        settle.without_card(session, payment, now=now)
        return Opened(payment=payment, intent=None, outcome=Result.DECLINED)
    return Opened(
        payment=payment,
        intent=try_again(session, payment=payment, payment_method=card, off_session=off_session, now=now),
        outcome=None,
    )


def try_again(
    session: Session,
    *,
    payment: Payment,
    payment_method: PaymentMethod,
    off_session: bool,
    now: datetime,
    portal: str | None = None,
    key: str | None = None,
) -> Intent:
    """Record one more attempt to collect `payment`, which the caller has locked and found open.

    `portal` is the slug of the portal that the customer comes back to from their bank; the default one if left out.
    `key` names the attempt at the processor, where the caller has a name for it that comes back after a crash.
    """
    attempt = attempt_at(session, payment, payment_method, off_session=off_session, key=key, now=now)
    session.add(attempt)
    session.flush()
    return intent_of(session, attempt, payment, payment_method, portal=portal)


def attempt_at(
    session: Session,
    payment: Payment,
    payment_method: PaymentMethod,
    *,
    off_session: bool,
    key: str | None = None,
    now: datetime,
) -> Attempt:
    """The row of the next attempt; the payment waits for its outcome."""
    payment.attempts += 1
    payment.status, payment.payment_method, payment.action_url = "pending", payment_method.id, None
    return Attempt(
        id=ids.new("att"),
        customer=payment.customer,
        payment=payment.id,
        payment_method=payment_method.id,
        number=payment.attempts,
        key=key or f"{payment.id}:{payment.attempts}",
        off_session=off_session,
        status="pending",
        settle_at=now - time.offset(session) + LEASE,
        created_at=now,
    )


def intent_of(
    session: Session, attempt: Attempt, payment: Payment, card: PaymentMethod, *, portal: str | None = None
) -> Intent:
    """The call that an attempt stands for: the same however often it is made."""
    slug = portal or _home(session)
    return Intent(
        payment=payment.id,
        attempt=attempt.id,
        key=attempt.key,
        token=card.token,
        processor=card.processor,
        amount=Money(payment.total, payment.currency),
        description=payment.description,
        off_session=attempt.off_session,
        return_path=f"/p/{slug}/payments/{payment.id}/return" if slug else "/",
    )


def charged(session: Session, *, customer: str, own: str | None) -> PaymentMethod | None:
    """The card that a charge goes to: the subscription's own, else the default, else none."""
    found = session.scalars(
        select(PaymentMethod).where(
            PaymentMethod.customer == customer,
            PaymentMethod.removed_at.is_(None),
            or_(PaymentMethod.id == own, PaymentMethod.is_default),
        )
    ).all()
    default = next((card.id for card in found if card.is_default), None)
    chosen = method.charged(own=own, default=default, kept=[card.id for card in found])
    return next((card for card in found if card.id == chosen), None)


def payment_of(bill: Bill, lines: Sequence[Line], totals: Totals, *, now: datetime) -> Payment:
    """The row of a bill."""
    return Payment(
        id=ids.new("pay"),
        order_number=ids.order_number(),
        customer=bill.customer,
        subscription=bill.subscription,
        product=bill.product,
        kind=bill.kind,
        period_start=bill.period.start if bill.period else None,
        period_end=bill.period.end if bill.period else None,
        description=", ".join(line.description for line in lines)[:DESCRIPTION_LENGTH],
        lines=[asdict(line) for line in lines],
        currency=totals.currency,
        tax_behavior=bill.tax_behavior,
        net=totals.net,
        tax=totals.tax,
        total=totals.total,
        refunded=0,
        status="pending",
        attempts=0,
        after=bill.after,
        historical=False,
        created_at=now,
    )


def _credit_for(session: Session, bill: Bill) -> tuple[Used, ...]:
    """What is taken off of what the customer has to their credit."""
    if totals_of(bill.lines, bill.currency, bill.tax_behavior).total < 0:
        return ()
    session.flush()
    rows = session.scalars(
        select(Credit)
        .where(
            Credit.customer == bill.customer,
            Credit.currency == bill.currency,
            or_(Credit.tax_behavior == bill.tax_behavior, Credit.tax_behavior.is_(None)),
            Credit.remaining > 0,
        )
        .order_by(Credit.created_at, Credit.id)
        .with_for_update(),
        execution_options={"populate_existing": True},  # read before, it may have been used by others since
    ).all()
    kept = [
        Kept(id=row.id, description=row.description, remaining=row.remaining, tax_rate=row.tax_rate) for row in rows
    ]
    used = crediting.calculate(lines=bill.lines, kept=kept, currency=bill.currency, tax_behavior=bill.tax_behavior)
    by_id = {row.id: row for row in rows}
    for each in used:
        by_id[each.id].remaining -= each.amount
    return used


def _without_excess(session: Session, bill: Bill, *, now: datetime) -> tuple[Line, ...]:
    """The lines; what would be less than nothing becomes credit."""
    if totals_of(bill.lines, bill.currency, bill.tax_behavior).total >= 0:
        return bill.lines
    locale = customers.locale(session, bill.customer) or DEFAULT
    kept = crediting.excess(lines=bill.lines, currency=bill.currency, tax_behavior=bill.tax_behavior)
    lines = list(bill.lines)
    for rate, amount in kept.items():
        line = Line(
            description=text("portal.credit.kept", locale), quantity=1, unit_amount=amount, amount=amount, tax_rate=rate
        )
        lines.append(line)
        credit = Credit(
            id=ids.new("cr"),
            customer=bill.customer,
            subscription=bill.subscription,
            description=text("portal.credit.used", locale),
            currency=bill.currency,
            tax_rate=rate,
            tax_behavior=bill.tax_behavior,
            amount=amount,
            remaining=amount,
            created_at=now,
        )
        session.add(credit)
        after = {"customer": bill.customer, "amount": amount, "currency": bill.currency}
        action_log.write(session, action="credit.added", of=credit.id, before=None, after=after, now=now)
    return tuple(lines)


def _home(session: Session) -> str | None:
    """The slug of the default portal of this vendor and mode, asked once a transaction."""
    here = scope.current()
    known: dict[tuple[str, str], str | None] = session.info.setdefault(_HOME, {})
    whose = (here.vendor, here.mode)
    if whose not in known:
        try:
            known[whose] = portals.default(session).slug
        except NotFound:
            known[whose] = None
    return known[whose]
