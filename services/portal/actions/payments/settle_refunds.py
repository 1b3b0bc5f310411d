"""Refunds without an outcome: the processor is asked what became of them, or again under the same key."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.payments import refund, refund_rows
from services.portal.actions.payments.refund_rows import RefundIntent
from services.portal.adapters.processors import UNKNOWN, Answer, Processors
from services.portal.models import Refund
from services.portal.queries import refunds, time
from services.portal.rules.payments.outcome import LEASE
from shared.database import Begin, scope
from shared.events import Mode
from shared.logs import log

JOB: Final = "settle_refunds"
BATCH: Final = 20


@dataclass(frozen=True)
class _Claimed:
    """A refund whose call is taken over, and whose it is."""

    vendor: str
    mode: Mode
    intent: RefundIntent


def settle_due(begin: Begin, *, processors: Processors, now: datetime) -> int:
    """Settle those of all vendors whose time has come, a few at a time. How many; `now` is the wall's."""
    with begin() as session, scope.platform():
        claimed = _claim(session, now=now)
    for each in claimed:
        with scope.system(vendor=each.vendor, mode=each.mode, job=JOB):
            answer = _ask(processors, each.intent)
            with begin() as session:
                refund.settle(session, refund_id=each.intent.refund, answer=answer, now=time.now(session))
    return len(claimed)


def _claim(session: Session, *, now: datetime) -> list[_Claimed]:
    due = session.scalars(
        select(Refund)
        .where(Refund.settle_at <= now)
        .order_by(Refund.settle_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    claimed = []
    for row in due:
        charge = refunds.charge_of(session, payment_id=row.payment)
        row.settle_at = None if charge is None else now + LEASE
        if charge is not None:
            claimed.append(_Claimed(row.vendor, cast("Mode", row.mode), refund_rows.intent_of(row, charge)))
    session.flush()  # while every vendor's rows may be written
    return claimed


def _ask(processors: Processors, intent: RefundIntent) -> Answer:
    """What became of it; a call that never arrived is made again, under the key it was recorded with."""
    try:
        known = processors.of(intent.processor).look_up_refund(intent.key)
    except Exception as error:  # noqa: BLE001 - anything at all: it is asked about again later
        log.error("processor.failed", refund=intent.refund, processor=intent.processor, exc_info=error)
        return UNKNOWN
    return refund.call(processors, intent) if known is None else known
