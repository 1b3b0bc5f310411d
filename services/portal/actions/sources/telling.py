"""What became of a copied subscription, told as if the engine here had done it: the usual events, each once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.actions.subscriptions import changed
from services.portal.actions.subscriptions.changed import Origin
from services.portal.actions.subscriptions.reasons import Said
from services.portal.actions.subscriptions.start import started
from services.portal.models import Subscription
from services.portal.rules.products import coupon
from services.portal.rules.subscriptions.agreed import Target
from services.portal.rules.subscriptions.lifecycle import Status
from shared.bus import outbox
from shared.events import (
    CouponApplied,
    SubscriptionCanceled,
    SubscriptionEnded,
    SubscriptionPaused,
    SubscriptionRenewed,
    SubscriptionResumed,
    SubscriptionUncanceled,
)

__all__ = ["Before", "Said", "remember", "started", "tell"]


@dataclass(frozen=True, kw_only=True)
class Before:
    """How the row was."""

    status: Status
    origin: Origin
    period_start: datetime
    ends_at: datetime | None
    coupon: str | None


def remember(row: Subscription, *, plan_name: str) -> Before:
    """How the row is, before it is written over."""
    return Before(
        status=row.status,
        origin=changed.origin_of(row, plan_name=plan_name),
        period_start=row.current_period_start,
        ends_at=row.ends_at,
        coupon=row.coupon,
    )


def tell(session: Session, row: Subscription, before: Before, *, plan_name: str, words: Said, now: datetime) -> None:
    """Tell and log each difference. `row` has its new values and revision."""
    named: dict[str, Any] = {
        "subscription": row.id,
        "customer": row.customer,
        "plan": row.plan,
        "plan_name": plan_name,
        "revision": row.revision,
    }
    _tell_of_change(session, row, before, plan_name=plan_name, now=now)
    _tell_of_coupon(session, row, before, now=now)
    if row.current_period_start > before.period_start and row.status is not Status.ENDED:
        outbox.record(session, _renewed(row, named), at=now)
    _tell_of_pause(session, row, before, named, now=now)
    _tell_of_end(session, row, before, named, words=words, now=now)
    if Status.PAST_DUE in (before.status, row.status) and before.status is not row.status:
        _log(session, row, "subscription.past_due" if row.status is Status.PAST_DUE else "subscription.recovered", now)


def _tell_of_change(session: Session, row: Subscription, before: Before, *, plan_name: str, now: datetime) -> None:
    if (row.plan, row.quantity) == (before.origin.plan, before.origin.quantity):
        return
    target = Target(
        plan=row.plan,
        plan_name=plan_name,
        product=row.product,
        quantity=row.quantity,
        unit_amount=row.unit_amount,
        currency=row.currency,
        interval=row.interval,
        interval_count=row.interval_count,
        tax_rate=row.tax_rate,
        tax_behavior=row.tax_behavior,
        keeps_discount=True,
        at=now.isoformat(),
    )
    changed.announce(session, row, origin=before.origin, target=target, is_scheduled=False, at=now, now=now)


def _tell_of_coupon(session: Session, row: Subscription, before: Before, *, now: datetime) -> None:
    if row.coupon == before.coupon:
        return
    discount = coupon.of(row.discount)
    if discount is None:
        _log(session, row, "coupon.removed", now)
        return
    _log(session, row, "coupon.applied", now)
    outbox.record(
        session,
        CouponApplied(
            coupon=discount.coupon,
            code=discount.code,
            subscription=row.id,
            customer=row.customer,
            percent_off=discount.percent_off,
            amount_off=discount.amount_off,
            currency=discount.currency,
            periods=discount.periods_left,
        ),
        at=now,
    )


def _renewed(row: Subscription, named: dict[str, Any]) -> SubscriptionRenewed:
    """What it came to is told with the payment, which comes by itself."""
    return SubscriptionRenewed(
        **named,
        period_start=row.current_period_start.isoformat(),
        period_end=row.current_period_end.isoformat(),
        payment=None,
        total=row.quantity * row.unit_amount,
        currency=row.currency,
    )


def _tell_of_pause(
    session: Session, row: Subscription, before: Before, named: dict[str, Any], *, now: datetime
) -> None:
    if row.status is Status.PAUSED and before.status is not Status.PAUSED:
        _log(session, row, "subscription.paused", now)
        resumes_at = None if row.resumes_at is None else row.resumes_at.isoformat()
        outbox.record(
            session,
            SubscriptionPaused(**named, scheduled=False, paused_at=now.isoformat(), resumes_at=resumes_at),
            at=now,
        )
    elif before.status is Status.PAUSED and row.status in (Status.ACTIVE, Status.TRIALING, Status.PAST_DUE):
        _log(session, row, "subscription.resumed", now)
        period_end = row.current_period_end.isoformat()
        outbox.record(
            session,
            SubscriptionResumed(**named, resumed_at=now.isoformat(), withdrawn=False, period_end=period_end),
            at=now,
        )


def _tell_of_end(
    session: Session, row: Subscription, before: Before, named: dict[str, Any], *, words: Said, now: datetime
) -> None:
    over = (Status.CANCELED, Status.ENDED)
    if row.status in over and before.status not in over and row.ends_at is not None:
        timing = "immediately" if row.status is Status.ENDED else "at_period_end"
        row.cancellation_feedback, row.cancellation_comment = (words.feedback or "")[:40] or None, words.comment
        after = {"status": row.status.value, "ends_at": row.ends_at.isoformat(), "timing": timing}
        _log(session, row, "subscription.canceled", now, before={"status": before.status.value}, after=after)
        outbox.record(
            session,
            SubscriptionCanceled(
                **named,
                timing=timing,
                canceled_at=(row.canceled_at or now).isoformat(),
                ends_at=row.ends_at.isoformat(),
                cancellation_details=words.details(),
            ),
            at=now,
        )
    if row.status is Status.ENDED and before.status is not Status.ENDED:
        if before.status is Status.CANCELED:
            _log(session, row, "subscription.ended", now)
        outbox.record(session, SubscriptionEnded(**named, ended_at=(row.ended_at or now).isoformat()), at=now)
    if before.status is Status.CANCELED and row.status not in over:
        row.cancellation_feedback = row.cancellation_comment = None
        renews_at = row.current_period_end.isoformat()
        after = {"status": row.status.value, "renews_at": renews_at}
        _log(session, row, "subscription.uncanceled", now, before={"status": before.status.value}, after=after)
        outbox.record(session, SubscriptionUncanceled(**named, renews_at=renews_at), at=now)


def _log(
    session: Session,
    row: Subscription,
    action: str,
    now: datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    action_log.write(session, action=action, of=row.id, before=before, after=after, now=now)
