"""JOBS: what portal does by the clock."""

from datetime import datetime, timedelta
from typing import Any, Final

from services.portal.actions import confirmations, subscriptions
from shared.database import Begin, scope
from shared.jobs import Job

BATCH: Final = 100


def end_canceled(begin: Begin, *, now: datetime, adapters: Any) -> int:
    """End subscriptions whose last day has come."""
    with begin() as session:
        return subscriptions.end_due(session, limit=BATCH, now=now)


def forget_confirmations(begin: Begin, *, now: datetime, adapters: Any) -> int:
    """Drop what is kept of confirmations that have expired."""
    with begin() as session, scope.platform():
        confirmations.forget(session, now=now)
    return 0


JOBS: Final[tuple[Job, ...]] = (
    Job(name="end_canceled", every=timedelta(seconds=30), run=end_canceled),
    Job(name="forget_confirmations", every=timedelta(hours=1), run=forget_confirmations),
)
