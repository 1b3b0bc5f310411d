"""Charges without an outcome: the processor is asked what became of them, or again under the same key."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.payments import bills, collect, pay
from services.portal.actions.payments.bills import Intent
from services.portal.actions.payments.settle import settle
from services.portal.adapters.processors import UNKNOWN, Answer, Processors
from services.portal.models import Attempt, Payment, PaymentMethod
from services.portal.queries import time
from services.portal.rules.payments.outcome import LEASE
from shared.database import Begin, scope
from shared.events import Mode
from shared.logs import log

JOB: Final = "settle_attempts"
BATCH: Final = 20


@dataclass(frozen=True)
class _Claimed:
    """An attempt that is taken over, and whose it is."""

    vendor: str
    mode: Mode
    attempt: str


def settle_due(begin: Begin, *, processors: Processors, now: datetime) -> int:
    """Settle those of all vendors whose time has come, a few at a time. How many; `now` is the wall's.

    Rows that others hold are skipped; those claimed here are left alone by others for `LEASE`.
    """
    with begin() as session, scope.platform():
        due = session.scalars(
            select(Attempt)
            .where(Attempt.settle_at <= now)
            .order_by(Attempt.settle_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        for row in due:
            row.settle_at = now + LEASE
        claimed = [_Claimed(row.vendor, cast("Mode", row.mode), row.id) for row in due]
        session.flush()  # while every vendor's rows may be written
    for each in claimed:
        with scope.system(vendor=each.vendor, mode=each.mode, job=JOB):
            with begin() as session:
                intent = _intent(session, each.attempt)
            _settle(begin, processors, intent)
    return len(claimed)


def ask(begin: Begin, *, processors: Processors, payment_id: str) -> None:
    """Ask now what became of a payment: its customer came back from their bank. Nothing for one with an outcome."""
    with begin() as session:
        found = pay.in_flight(session, payment_id=payment_id)
        intent = None if found is None else bills.intent_of(session, *found)
    if intent is not None:
        _settle(begin, processors, intent)


def _settle(begin: Begin, processors: Processors, intent: Intent) -> None:
    """Record what the processor says, and make the call that follows, if one does."""
    answer = _ask(processors, intent)
    with begin() as session:
        following = settle(session, attempt_id=intent.attempt, answer=answer, now=time.now(session))
    if following is not None:
        collect.carry_out(begin, processors=processors, intent=following)


def _ask(processors: Processors, intent: Intent) -> Answer:
    """What became of it; a call that never arrived is made again, under the key it was recorded with."""
    try:
        known = processors.of(intent.processor).look_up_charge(intent.key)
    except Exception as error:  # noqa: BLE001 - anything at all: it is asked about again later
        log.error("processor.failed", attempt=intent.attempt, processor=intent.processor, exc_info=error)
        return UNKNOWN
    return collect.charge(processors, intent) if known is None else known


def _intent(session: Session, attempt_id: str) -> Intent:
    attempt, payment, card = session.execute(
        select(Attempt, Payment, PaymentMethod)
        .join(Payment, Payment.id == Attempt.payment)
        .join(PaymentMethod, PaymentMethod.id == Attempt.payment_method)
        .where(Attempt.id == attempt_id)
    ).one()
    return bills.intent_of(session, attempt, payment, card)
