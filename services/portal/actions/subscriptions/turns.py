"""The turn of a subscription whose moment has come, inside the claim's transaction. What it then owes is the caller's.

What can't be billed (a period that was billed already, a total that no totals allow) stops that one account, loudly,
and never the others.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.actions.payments.bills import Bill, Intent
from services.portal.actions.subscriptions import addon_rows, changed
from services.portal.actions.subscriptions.end import end
from services.portal.actions.subscriptions.loading import touch
from services.portal.actions.subscriptions.pause import begin as begin_pause
from services.portal.actions.subscriptions.resume import at_its_time
from services.portal.models import Payment, Subscription
from services.portal.queries import renewals
from services.portal.rules.products import coupon
from services.portal.rules.subscriptions import turn
from services.portal.rules.subscriptions.lifecycle import Move, after
from services.portal.rules.subscriptions.renewal import NextCharge
from services.portal.rules.subscriptions.turn import Turn
from shared.bus import outbox
from shared.errors import Conflict, Refusal
from shared.events import SubscriptionRenewed
from shared.logs import log

_MOVES = {Turn.RENEW: Move.RENEW, Turn.END_TRIAL: Move.END_TRIAL}


class PeriodBilledAlready(Conflict):
    """There is a payment for this period: a second one is never made (IN-05)."""

    code = "period_billed_already"


def turn_all(session: Session, rows: Sequence[tuple[Subscription, str]], *, now: datetime) -> list[Bill | Intent]:
    """Turn each of one vendor's; what is to be collected then."""
    renewals.prepare(session, {row.customer for row, _ in rows})
    billed = _billed(session, rows)
    found: list[Bill | Intent] = []
    for row, plan_name in rows:
        try:
            owed = _turn(session, row, plan_name, billed, now=now)
        except Refusal as refusal:
            _stop(session, row, refusal, now=now)
            continue
        if owed is not None:
            found.append(owed)
    return found


def _turn(
    session: Session, row: Subscription, plan_name: str, billed: set[tuple[str, datetime]], *, now: datetime
) -> Bill | Intent | None:
    found = turn.decide(
        status=row.status,
        current_period_end=row.current_period_end,
        ends_at=row.ends_at,
        trial_end=row.trial_end,
        pauses_at=row.pauses_at,
        resumes_at=row.resumes_at,
        now=now,
    )
    match found:
        case Turn.END:
            return end(session, row, plan_name=plan_name, now=now)
        case Turn.PAUSE:
            changed.apply_scheduled(session, row, now=now)
            addon_rows.begin_period(session, row, plan_name=plan_name, now=now)
            begin_pause(session, row, plan_name=plan_name, now=now)
        case Turn.RESUME:
            if (row.id, row.resumes_at) in billed:
                raise PeriodBilledAlready
            return at_its_time(session, row, now=now)
        case Turn.RENEW | Turn.END_TRIAL:
            return _renew(session, row, plan_name, billed, move=_MOVES[found], now=now)
        case None:
            touch(row, now=now)
    return None


def _renew(
    session: Session,
    row: Subscription,
    plan_name: str,
    billed: set[tuple[str, datetime]],
    *,
    move: Move,
    now: datetime,
) -> Bill | None:
    """The next period begins; who is charged by the engine owes it."""
    charge = _charge(session, row, plan_name, billed)
    changed.apply_scheduled(session, row, now=now)
    addon_rows.begin_period(session, row, plan_name=charge.terms.description, now=now)
    row.status = after(row.status, move)
    row.anchor = charge.terms.anchor
    row.current_period_start, row.current_period_end = charge.period.start, charge.period.end
    row.pending_lines = []
    if charge.uses_discount:
        row.discount = coupon.used(row.discount)
        row.coupon = row.coupon if row.discount else None
    touch(row, now=now)
    if row.collection == "external":
        outbox.record(session, _advanced(row, charge), at=now)
        return None
    return _bill(row, charge)


def _charge(session: Session, row: Subscription, plan_name: str, billed: set[tuple[str, datetime]]) -> NextCharge:
    """What was foreseen for this moment. Raises PeriodBilledAlready."""
    charge = renewals.next_charge(session, row, description=plan_name)
    assert charge is not None, "what is due to go on has a next charge"
    if (row.id, charge.period.start) in billed:
        raise PeriodBilledAlready
    return charge


def _bill(row: Subscription, charge: NextCharge) -> Bill:
    return Bill(
        customer=row.customer,
        subscription=row.id,
        product=row.product,
        kind="renewal",
        period=charge.period,
        lines=tuple(charge.bill),
        currency=charge.terms.currency,
        tax_behavior=charge.terms.tax_behavior,
        payment_method=row.payment_method,
    )


def _billed(session: Session, rows: Sequence[tuple[Subscription, str]]) -> set[tuple[str, datetime]]:
    """Which of them have a payment for the period that would begin, or a later one."""
    found = session.execute(
        select(Payment.subscription, Payment.period_start).where(
            Payment.subscription.in_([row.id for row, _ in rows]),
            Payment.kind.in_(("renewal", "resume")),
            Payment.period_start >= min(row.current_period_end for row, _ in rows),
        )
    )
    return {(subscription or "", start) for subscription, start in found if start is not None}


def _stop(session: Session, row: Subscription, refusal: Refusal, *, now: datetime) -> None:
    """This account is not looked at again until somebody changes it."""
    log.error("billing.stopped", subscription=row.id, code=refusal.code)
    row.due_at = None
    row.revision += 1
    then = {"code": refusal.code}
    action_log.write(session, action="subscription.billing_stopped", of=row.id, before=None, after=then, now=now)


def _advanced(row: Subscription, charge: NextCharge) -> SubscriptionRenewed:
    """A period whose money the vendor collects."""
    return SubscriptionRenewed(
        subscription=row.id,
        customer=row.customer,
        plan=row.plan,
        plan_name=charge.terms.description,
        period_start=charge.period.start.isoformat(),
        period_end=charge.period.end.isoformat(),
        payment=None,
        total=charge.totals.total,
        currency=charge.totals.currency,
        revision=row.revision,
    )
