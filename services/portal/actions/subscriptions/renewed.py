"""What the money of a period does to its subscription: paid, it is renewed, or active again; declined, it is past due.

While it is past due nothing further is billed. Once it is paid for, the running period is billed; those that went by
in between are not.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.actions.subscriptions.cancel import ended
from services.portal.actions.subscriptions.loading import touch
from services.portal.models import Payment, Plan, Subscription
from services.portal.queries import billing
from services.portal.rules.payments import dunning
from services.portal.rules.payments.dunning import AfterLastRetry
from services.portal.rules.subscriptions.lifecycle import MOVES, Move, Status, after
from services.portal.rules.subscriptions.period import Interval
from services.portal.rules.subscriptions.period import calculate as period_containing
from shared.bus import outbox
from shared.events import SubscriptionPastDue, SubscriptionRecovered, SubscriptionRenewed

_OPEN = ("open", "pending", "action_required", "unknown")


def renewed(session: Session, payment: Payment, *, now: datetime) -> None:
    """The money of a new period is there."""
    row = locked(session, payment)
    if row is None or row.status is Status.ENDED:
        return
    name = _plan_name(session, row)
    _recover(session, row, payment, name, now)
    _log_renewed(session, row, payment, now=now)
    outbox.record(session, said_renewed(row, plan_name=name, payment=payment), at=now)


def renewed_all(session: Session, payments: Sequence[Payment], *, now: datetime) -> None:
    """The same for many, in a few statements. What is past due, or over, takes the way of one by one."""
    found = session.execute(
        select(Subscription, Plan.name)
        .join(Plan, Plan.id == Subscription.plan)
        .where(Subscription.id.in_([payment.subscription for payment in payments]))
        .order_by(Subscription.id)
        .with_for_update(of=Subscription)
        .execution_options(populate_existing=True)
    )
    rows = {row.id: (row, name) for row, name in found}
    said = []
    for payment in payments:
        row, name = rows[payment.subscription or ""]
        if row.status in (Status.PAST_DUE, Status.ENDED):
            renewed(session, payment, now=now)
            continue
        _log_renewed(session, row, payment, now=now)
        said.append(said_renewed(row, plan_name=name, payment=payment))
    outbox.record_many(session, said, at=now)


def _log_renewed(session: Session, row: Subscription, payment: Payment, *, now: datetime) -> None:
    then = {"payment": payment.id, "total": payment.total, "currency": payment.currency}
    action_log.write(
        session,
        action="subscription.renewed",
        of=row.id,
        before=None,
        after=then,
        customer=row.customer,
        now=now,
    )


def started(session: Session, payment: Payment, *, now: datetime) -> None:
    """The money of the first period is there; whoever started it has said so."""
    row = locked(session, payment)
    if row is not None:
        _recover(session, row, payment, _plan_name(session, row), now)


def fell_behind(session: Session, payment: Payment, *, now: datetime) -> None:
    """It was declined, and is owed: past due, and tried again as the vendor's schedule says, or over."""
    row = locked(session, payment)
    may_fall = row is not None and (row.status is Status.PAST_DUE or (row.status, Move.FALL_PAST_DUE) in MOVES)
    if row is None or not may_fall:
        payment.retry_at = None
        return
    settings = billing.settings(session)
    schedule = dunning.decide(first_failed_at=payment.failed_at or now, retry_days=settings.retry_days, now=now)
    payment.retry_at = schedule.retry_at
    name = _plan_name(session, row)
    if row.status is not Status.PAST_DUE:
        _fall(session, row, payment, name, now)
    if schedule.is_over and settings.after_last_retry is AfterLastRetry.END:
        _give_up(session, row, payment, name, now)


def locked(session: Session, payment: Payment) -> Subscription | None:
    """The subscription of a payment, as it is now, nobody else changing it."""
    if payment.subscription is None:
        return None
    statement = select(Subscription).where(Subscription.id == payment.subscription).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def said_renewed(row: Subscription, *, plan_name: str, payment: Payment) -> SubscriptionRenewed:
    """What others are told of the period that `payment` is for."""
    return SubscriptionRenewed(
        subscription=row.id,
        customer=row.customer,
        plan=row.plan,
        plan_name=plan_name,
        period_start=(payment.period_start or row.current_period_start).isoformat(),
        period_end=(payment.period_end or row.current_period_end).isoformat(),
        payment=payment.id,
        total=payment.total,
        currency=payment.currency,
        revision=row.revision,
    )


def _recover(session: Session, row: Subscription, payment: Payment, plan_name: str, now: datetime) -> None:
    """Active again, once nothing else of it is owed."""
    if row.status is not Status.PAST_DUE or _owes_more(session, row, payment):
        return
    row.status = after(row.status, Move.RECOVER)
    if row.current_period_end <= now:
        zone = billing.settings(session).zone
        running = period_containing(
            anchor=row.anchor, interval=Interval(row.interval), interval_count=row.interval_count, at=now, zone=zone
        )
        row.current_period_end = max(running.start, row.current_period_end)
    touch(row, now=now)
    before, then = {"status": Status.PAST_DUE.value}, {"status": row.status.value, "payment": payment.id}
    action_log.write(session, action="subscription.recovered", of=row.id, before=before, after=then, now=now)
    outbox.record(session, said_recovered(row, plan_name=plan_name, payment=payment), at=now)


def said_recovered(row: Subscription, *, plan_name: str, payment: Payment) -> SubscriptionRecovered:
    """What others are told when what was owed is paid."""
    return SubscriptionRecovered(
        subscription=row.id,
        customer=row.customer,
        plan=row.plan,
        plan_name=plan_name,
        payment=payment.id,
        revision=row.revision,
    )


def _owes_more(session: Session, row: Subscription, payment: Payment) -> bool:
    other = select(Payment.id).where(
        Payment.subscription == row.id,
        Payment.id != payment.id,
        Payment.status.in_(_OPEN),
        Payment.kind.in_(("start", "renewal", "resume")),
    )
    return session.scalar(other.limit(1)) is not None


def _fall(session: Session, row: Subscription, payment: Payment, plan_name: str, now: datetime) -> None:
    before = {"status": row.status.value}
    row.status = after(row.status, Move.FALL_PAST_DUE)
    touch(row, now=now)
    then = {"status": row.status.value, "payment": payment.id}
    action_log.write(session, action="subscription.past_due", of=row.id, before=before, after=then, now=now)
    outbox.record(
        session,
        SubscriptionPastDue(
            subscription=row.id,
            customer=row.customer,
            plan=row.plan,
            plan_name=plan_name,
            payment=payment.id,
            total=payment.total,
            currency=payment.currency,
            revision=row.revision,
        ),
        at=now,
    )


def _give_up(session: Session, row: Subscription, payment: Payment, plan_name: str, now: datetime) -> None:
    """Nobody paid: it is over. What is owed stays open, for the customer to pay or the vendor to forgive."""
    before = {"status": row.status.value}
    row.status = after(row.status, Move.END)
    row.ends_at = row.ended_at = now
    touch(row, now=now)
    then = {"status": row.status.value, "payment": payment.id}
    action_log.write(session, action="subscription.ended", of=row.id, before=before, after=then, now=now)
    outbox.record(session, ended(row, plan_name=plan_name, ended_at=now), at=now)


def _plan_name(session: Session, row: Subscription) -> str:
    return session.scalar(select(Plan.name).where(Plan.id == row.plan)) or ""
