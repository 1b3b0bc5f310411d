"""What becomes of a new subscription once its first charge is paid, or declined."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.actions.payments import voiding
from services.portal.actions.subscriptions import coupons, giving_back, renewed
from services.portal.actions.subscriptions.first_charge import USES_DISCOUNT
from services.portal.actions.subscriptions.loading import locked, touch
from services.portal.actions.subscriptions.start import started
from services.portal.models import Payment, Plan, Subscription
from services.portal.rules.products import coupon
from services.portal.rules.subscriptions.lifecycle import Move, Status, after
from shared.bus import outbox


def effect(session: Session, payment: Payment, *, now: datetime) -> None:
    """It runs. Money that comes after it was given up is kept as credit."""
    row = locked(session, payment.subscription or "")
    if row.status is not Status.PAST_DUE:
        _late(session, row, payment, now=now)
        return
    was_told = bool((payment.after or {}).get("told"))
    row.status = after(row.status, Move.RECOVER)
    if (payment.after or {}).get(USES_DISCOUNT):
        row.discount = coupon.used(row.discount)
        row.coupon = row.coupon if row.discount else None
    touch(row, now=now)
    log = {"status": row.status.value, "payment": payment.id}
    action_log.write(session, action="subscription.began", of=row.id, before={"status": "past_due"}, after=log, now=now)
    name = _plan_name(session, row)
    if not was_told:
        outbox.record(session, started(row, plan_name=name, imported=False), at=now)
        return
    outbox.record(session, renewed.said_recovered(row, plan_name=name, payment=payment), at=now)


def failure(session: Session, payment: Payment, *, now: datetime) -> None:
    """It never began, and nothing is owed; or it is past due like any other, where its vendor asked for that."""
    row = locked(session, payment.subscription or "")
    if row.status is not Status.PAST_DUE:
        return
    if (payment.after or {}).get("allow_past_due"):
        if not (payment.after or {}).get("told"):
            payment.after = {**(payment.after or {}), "told": True}
            outbox.record(session, started(row, plan_name=_plan_name(session, row), imported=False), at=now)
        renewed.fell_behind(session, payment, now=now)
        return
    row.status, row.ended_at = after(row.status, Move.END), row.started_at
    voiding.void(session, payment)
    coupons.give_back(session, row)
    touch(row, now=now)
    log = {"status": row.status.value, "payment": payment.id, "decline_code": payment.decline_code}
    action_log.write(
        session,
        action="subscription.start_declined",
        of=row.id,
        before={"status": "past_due"},
        after=log,
        now=now,
    )


def _late(session: Session, row: Subscription, payment: Payment, *, now: datetime) -> None:
    """It is canceled and still running, or over."""
    if row.status is Status.CANCELED:
        row.canceled_from = Status.ACTIVE.value
        touch(row, now=now)
        return
    giving_back.keep_all(session, payment, row, now=now)


def _plan_name(session: Session, row: Subscription) -> str:
    return session.scalar(select(Plan.name).where(Plan.id == row.plan)) or ""
