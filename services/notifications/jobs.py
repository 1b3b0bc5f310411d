"""What notifications does by the clock. The table is at the foot."""

from datetime import datetime, timedelta
from typing import Final

from services.notifications.actions import delivery
from services.notifications.adapters.mailing import Mailing
from shared import clock
from shared.database import Begin
from shared.jobs import Job


def deliver_messages(begin: Begin, *, now: datetime, adapters: Mailing) -> int:
    """Send what is due. Every worker may: each takes messages of its own."""
    return delivery.deliver(begin, mailing=adapters, clock=clock.now)


def prune_messages(begin: Begin, *, now: datetime, adapters: Mailing) -> int:
    """Forget old mails."""
    return delivery.prune(begin, now=now)


JOBS: Final[tuple[Job, ...]] = (
    Job("deliver_messages", every=timedelta(seconds=0.1), run=deliver_messages, leased=False),
    Job("prune_messages", every=timedelta(hours=6), run=prune_messages),
)
