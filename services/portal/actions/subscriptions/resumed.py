"""What becomes of a paused subscription once the charge with which it goes on is paid, or declined."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.actions.payments import voiding
from services.portal.actions.subscriptions import changed, giving_back, renewed
from services.portal.actions.subscriptions.first_charge import USES_DISCOUNT
from services.portal.actions.subscriptions.loading import locked, touch
from services.portal.models import Payment, Plan, Subscription
from services.portal.rules.products import coupon
from services.portal.rules.subscriptions.lifecycle import Move, Status, after
from shared.bus import outbox
from shared.events import SubscriptionResumed

BY_HAND = "by_hand"


def effect(session: Session, payment: Payment, *, now: datetime) -> None:
    """It goes on: a new period, counted from its start. Money that comes too late is kept as credit."""
    row = locked(session, payment.subscription or "")
    if row.status is Status.PAST_DUE:
        renewed.renewed(session, payment, now=now)
        return
    if row.status is not Status.PAUSED or payment.period_start is None or payment.period_end is None:
        giving_back.keep_all(session, payment, row, now=now)
        return
    _take(session, row, payment, now=now)
    begin_again(session, row, start=payment.period_start, end=payment.period_end, now=now)


def failure(session: Session, payment: Payment, *, now: datetime) -> None:
    """A customer's own try leaves the pause as it was, and nothing is owed; one by the clock is past due."""
    if not (payment.after or {}).get(BY_HAND):
        _begin_unpaid(session, payment, now=now)
        renewed.fell_behind(session, payment, now=now)
        return
    voiding.void(session, payment)
    row = locked(session, payment.subscription or "")
    touch(row, now=now)
    log = {"payment": payment.id, "decline_code": payment.decline_code}
    action_log.write(session, action="subscription.resume_declined", of=row.id, before=None, after=log, now=now)


def _take(session: Session, row: Subscription, payment: Payment, *, now: datetime) -> None:
    """What the payment is for besides the period: the terms that waited, a use of the coupon, what was left over."""
    changed.apply_scheduled(session, row, now=now)
    if (payment.after or {}).get(USES_DISCOUNT):
        row.discount = coupon.used(row.discount)
        row.coupon = row.coupon if row.discount else None
    row.pending_lines = []


def _begin_unpaid(session: Session, payment: Payment, *, now: datetime) -> None:
    """The pause is over all the same: its customer has access again, and owes."""
    row = locked(session, payment.subscription or "")
    if row.status is Status.PAUSED and payment.period_start and payment.period_end:
        _take(session, row, payment, now=now)
        row.anchor = row.current_period_start = payment.period_start
        row.current_period_end = payment.period_end
        row.pauses_at = row.paused_at = row.resumes_at = row.resume_notice_at = None


def begin_again(session: Session, row: Subscription, *, start: datetime, end: datetime, now: datetime) -> None:
    """The pause is over; `row` is locked."""
    before = {"status": row.status.value}
    row.status = after(row.status, Move.RESUME)
    row.anchor = row.current_period_start = start
    row.current_period_end = end
    row.pauses_at = row.paused_at = row.resumes_at = row.resume_notice_at = None
    touch(row, now=now)
    log = {"status": row.status.value, "period_end": end.isoformat()}
    action_log.write(session, action="subscription.resumed", of=row.id, before=before, after=log, now=now)
    plan_name = session.scalar(select(Plan.name).where(Plan.id == row.plan)) or ""
    outbox.record(session, told(row, plan_name=plan_name, at=start, withdrawn=False), at=now)


def told(row: Subscription, *, plan_name: str, at: datetime, withdrawn: bool) -> SubscriptionResumed:
    """What others are told."""
    return SubscriptionResumed(
        subscription=row.id,
        customer=row.customer,
        plan=row.plan,
        plan_name=plan_name,
        resumed_at=at.isoformat(),
        withdrawn=withdrawn,
        period_end=row.current_period_end.isoformat(),
        revision=row.revision,
    )
