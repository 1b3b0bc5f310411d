"""What is coming is told ahead, once: trials and pauses that end by themselves, cards that run out."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.portal.models import PaymentMethod, Plan, Subscription
from services.portal.queries import billing, renewals
from services.portal.queries.test_clocks import Present
from services.portal.rules.operations.billing import LONGEST_NOTICE
from services.portal.rules.payments import card_expiry
from services.portal.rules.subscriptions import trial
from services.portal.rules.subscriptions.lifecycle import Status
from shared.bus import outbox
from shared.database import Begin, scope
from shared.events import Mode, PaymentMethodExpiring, SubscriptionResuming, SubscriptionTrialEnding

JOB = "notices"
_RUNNING = (Status.TRIALING, Status.ACTIVE, Status.PAST_DUE, Status.PAUSED)


def run(begin: Begin, *, present: Present, limit: int) -> int:
    """Tell what is to be told in this present, each kind in a transaction of its own. How many rows were done."""
    done = 0
    for tell in (_trials, _pauses, _cards):
        with begin() as session:
            done += tell(session, present=present, limit=limit)
    return done


def _trials(session: Session, *, present: Present, limit: int) -> int:
    return _subscriptions(session, Status.TRIALING, _tell_of_trial, present=present, limit=limit)


def _pauses(session: Session, *, present: Present, limit: int) -> int:
    return _subscriptions(session, Status.PAUSED, _tell_of_pause, present=present, limit=limit)


def _subscriptions(
    session: Session,
    status: Status,
    tell: Callable[[Session, Subscription, str, datetime], bool],
    *,
    present: Present,
    limit: int,
) -> int:
    """Those of a state whose end is near enough for the longest notice there is, the nearest first."""
    is_told = Subscription.trial_notice_at if status is Status.TRIALING else Subscription.resume_notice_at
    with scope.platform():
        found = session.execute(
            select(Subscription, Plan.name)
            .join(Plan, Plan.id == Subscription.plan)
            .where(
                Subscription.status == status,
                Subscription.due_at <= present.at + timedelta(days=LONGEST_NOTICE),
                is_told.is_(None),
                present.covers(Subscription),
            )
            .order_by(Subscription.due_at)
            .with_for_update(of=Subscription, skip_locked=True)
        ).all()
    done = 0
    for row, plan_name in found:
        with scope.system(vendor=row.vendor, mode=cast("Mode", row.mode), job=JOB):
            done += tell(session, row, plan_name, present.at)
            session.flush()
        if done == limit:
            break
    return done


def _tell_of_trial(session: Session, row: Subscription, plan_name: str, now: datetime) -> bool:
    days = billing.settings(session).trial_notice_days
    if row.trial_end is None or not _is_time(row.created_at, row.trial_end, days, now):
        return False
    charge = renewals.next_charge(session, row, description=plan_name)
    row.trial_notice_at = now
    outbox.record(
        session,
        SubscriptionTrialEnding(
            subscription=row.id,
            customer=row.customer,
            plan=row.plan,
            plan_name=plan_name,
            trial_end=row.trial_end.isoformat(),
            total=charge.totals.total if charge else 0,
            currency=row.currency,
            has_payment_method=renewals.has_method(session, row),
            revision=row.revision,
        ),
        at=now,
    )
    return True


def _tell_of_pause(session: Session, row: Subscription, plan_name: str, now: datetime) -> bool:
    days = billing.settings(session).resume_notice_days
    if row.resumes_at is None or not _is_time(row.paused_at or row.created_at, row.resumes_at, days, now):
        return False
    charge = renewals.next_charge(session, row, description=plan_name)
    row.resume_notice_at = now
    outbox.record(
        session,
        SubscriptionResuming(
            subscription=row.id,
            customer=row.customer,
            plan=row.plan,
            plan_name=plan_name,
            resumes_at=row.resumes_at.isoformat(),
            total=charge.totals.total if charge else 0,
            currency=row.currency,
            revision=row.revision,
        ),
        at=now,
    )
    return True


def _is_time(began_at: datetime, ends_at: datetime, notice_days: int, now: datetime) -> bool:
    at = trial.calculate(began_at=began_at, ends_at=ends_at, notice_days=notice_days)
    return at is not None and at <= now


def _cards(session: Session, *, present: Present, limit: int) -> int:
    """Cards near their last month. One that nobody needs is marked as told of, silently."""
    soon = present.at + timedelta(days=LONGEST_NOTICE + 31)
    month = PaymentMethod.exp_year * 12 + PaymentMethod.exp_month
    with scope.platform():
        found = session.scalars(
            select(PaymentMethod)
            .where(
                PaymentMethod.removed_at.is_(None),
                month.between(present.at.year * 12 + present.at.month, soon.year * 12 + soon.month),
                present.covers(PaymentMethod),
            )
            .order_by(PaymentMethod.id)
            .with_for_update(skip_locked=True)
        ).all()
    done = 0
    for row in found:
        with scope.system(vendor=row.vendor, mode=cast("Mode", row.mode), job=JOB):
            done += _tell_of_card(session, row, present.at)
            session.flush()
        if done == limit:
            break
    return done


def _tell_of_card(session: Session, row: PaymentMethod, now: datetime) -> bool:
    notice = card_expiry.decide(
        exp_year=row.exp_year,
        exp_month=row.exp_month,
        notice_days=billing.settings(session).card_notice_days,
        noticed=row.noticed_days,
        now=now,
    )
    if notice is None:
        return False
    row.noticed_days = notice.step
    if _is_needed(session, row):
        outbox.record(
            session,
            PaymentMethodExpiring(
                payment_method=row.id,
                customer=row.customer,
                brand=row.brand,
                last4=row.last4,
                exp_month=row.exp_month,
                exp_year=row.exp_year,
                days=notice.days,
            ),
            at=now,
        )
    return True


def _is_needed(session: Session, row: PaymentMethod) -> bool:
    """Will a running subscription be charged to it?"""
    charged_to_it = [Subscription.payment_method == row.id]
    if row.is_default:
        charged_to_it.append(Subscription.payment_method.is_(None))
    found = session.scalar(
        select(Subscription.id)
        .where(
            Subscription.customer == row.customer,
            Subscription.collection == "automatic",
            Subscription.status.in_(_RUNNING),
            or_(*charged_to_it),
        )
        .limit(1)
    )
    return found is not None
