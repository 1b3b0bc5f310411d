"""Trying again what was declined, on the days the vendor set, until it is paid or the schedule is over."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.actions.payments import bills, collect, settle
from services.portal.actions.payments.bills import Intent
from services.portal.actions.subscriptions import closing, paid
from services.portal.adapters.processors import Processors
from services.portal.models import Payment, PaymentMethod, Subscription
from services.portal.queries import billing
from services.portal.queries.test_clocks import Present
from services.portal.rules.payments import decline, dunning
from services.portal.rules.subscriptions.lifecycle import Status
from shared.database import Begin, scope
from shared.events import Mode

JOB = "dunning"


@dataclass(frozen=True)
class _Call:
    """A recorded call, and whose it is."""

    vendor: str
    mode: Mode
    intent: Intent


def run(begin: Begin, processors: Processors, *, present: Present, limit: int) -> int:
    """Claim payments whose day has come, record an attempt each, call, record what came of it. How many."""
    with begin() as session:
        count, calls = _claim(session, present=present, limit=limit)
    for call in calls:
        with scope.system(vendor=call.vendor, mode=call.mode, job=JOB):
            collect.carry_out(begin, processors=processors, intent=call.intent, now_of=lambda _session: present.at)
    return count


def _claim(session: Session, *, present: Present, limit: int) -> tuple[int, list[_Call]]:
    """The rows others hold are skipped. What is claimed has its next date, so nobody finds it again."""
    with scope.platform():
        due = session.scalars(
            select(Payment)
            .where(Payment.retry_at <= present.at, Payment.status == "open", present.covers(Payment))
            .order_by(Payment.retry_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
    calls = []
    for payment in due:
        mode = cast("Mode", payment.mode)
        with scope.system(vendor=payment.vendor, mode=mode, job=JOB):
            intent = _try(session, payment, now=present.at)
            session.flush()
        if intent is not None:
            calls.append(_Call(payment.vendor, mode, intent))
    return len(due), calls


def _try(session: Session, payment: Payment, *, now: datetime) -> Intent | None:
    """One more attempt, if its subscription waits for it or it is the last bill, and there is a card worth trying."""
    row = session.scalars(select(Subscription).where(Subscription.id == payment.subscription)).one_or_none()
    if row is None or (row.status is not Status.PAST_DUE and payment.kind != closing.KIND):
        payment.retry_at = None
        return None
    card = bills.charged(session, customer=payment.customer, own=row.payment_method)
    if card is None:
        settle.without_card(session, payment, now=now)
        return None
    schedule = _schedule(session, payment, card, now=now)
    if not schedule.may_charge:
        after = {"payment_method": card.id, "code": payment.decline_code}
        action_log.write(session, action="payment.not_retried", of=payment.id, before=None, after=after, now=now)
        paid.FAILURES[payment.kind](session, payment, now=now)
        return None
    payment.retry_at = schedule.retry_at
    return bills.try_again(session, payment=payment, payment_method=card, off_session=True, now=now)


def _schedule(session: Session, payment: Payment, card: PaymentMethod, *, now: datetime) -> dunning.Dunning:
    return dunning.decide(
        first_failed_at=payment.failed_at or now,
        retry_days=billing.settings(session).retry_days,
        now=now,
        is_terminal=decline.decide(payment.decline_code).is_terminal,
        is_same_card=card.id == payment.payment_method,
    )
