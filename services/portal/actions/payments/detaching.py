"""Cards of people who were erased: the processor is asked to forget each, until it has."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import select, update

from services.portal.adapters.processors import NoProcessor, Processors
from services.portal.models import PaymentMethod
from shared.database import Begin, scope
from shared.errors import Unavailable
from shared.events import Mode
from shared.logs import log

JOB: Final = "detach_cards"
BATCH: Final = 20
_AGAIN: Final = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class _Card:
    id: str
    vendor: str
    mode: Mode
    processor: str
    token: str


def detach_due(begin: Begin, *, processors: Processors, now: datetime) -> int:
    """Have those forgotten whose time has come, with nothing locked meanwhile. How many were.

    One that another worker took at the same moment is asked for twice, which the processor does not mind.
    """
    return sum(_detach(begin, processors, card, now=now) for card in _claim(begin, now=now))


def _claim(begin: Begin, *, now: datetime) -> list[_Card]:
    with begin() as session, scope.platform():
        rows = session.scalars(
            select(PaymentMethod)
            .where(PaymentMethod.detach_at <= now)
            .order_by(PaymentMethod.detach_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            row.detach_at = now + _AGAIN
        session.flush()  # while every vendor's rows may be written
        return [
            _Card(id=row.id, vendor=row.vendor, mode=cast("Mode", row.mode), processor=row.processor, token=row.token)
            for row in rows
        ]


def _detach(begin: Begin, processors: Processors, card: _Card, *, now: datetime) -> int:
    try:
        processors.of(card.processor).detach(card.token)
    except (NoProcessor, Unavailable) as refusal:
        log.warning("card.not_detached", payment_method=card.id, reason=refusal.code, again_at=now + _AGAIN)
        return 0
    with scope.system(vendor=card.vendor, mode=card.mode, job=JOB), begin() as session:
        session.execute(
            update(PaymentMethod)
            .where(PaymentMethod.id == card.id)
            .values(token=f"gone:{card.id}", detach_at=None)
            .execution_options(synchronize_session=False)
        )
    return 1
