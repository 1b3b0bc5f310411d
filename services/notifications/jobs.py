"""What notifications does by the clock. The table is at the foot."""

from datetime import datetime, timedelta
from typing import Final

from services.notifications.actions import delivery, erasing, keeping, statements
from services.notifications.actions.webhooks import delivering
from services.notifications.adapters.mailing import Mailing
from shared import clock
from shared.database import Begin
from shared.jobs import Job


def deliver_messages(begin: Begin, *, now: datetime, adapters: Mailing) -> int:
    """Send what is due. Every worker may: each takes messages of its own."""
    return delivery.deliver(begin, mailing=adapters, clock=clock.now)


def deliver_webhooks(begin: Begin, *, now: datetime, adapters: Mailing) -> int:
    """Send what is due to vendors' own programs. Every worker may, as with mails."""
    return delivering.deliver(begin, webhooks=adapters.webhooks, clock=clock.now)


def prune_webhooks(begin: Begin, *, now: datetime, adapters: Mailing) -> int:
    """Forget old deliveries."""
    return delivering.prune(begin, now=now)


def prune_messages(begin: Begin, *, now: datetime, adapters: Mailing) -> int:
    """Forget old mails."""
    return delivery.prune(begin, now=now)


def prune_events(begin: Begin, *, now: datetime, adapters: Mailing) -> int:
    """Forget what happened long ago."""
    return keeping.prune(begin, now=now)


def wipe_receipts(begin: Begin, *, now: datetime, adapters: Mailing) -> int:
    """The last mail of somebody who was erased is on its way: nobody is named any more."""
    return erasing.wipe_receipts(begin)


def send_statements(begin: Begin, *, now: datetime, adapters: Mailing) -> int:
    """Last month's statements, to whom customers named for them."""
    return statements.send(begin, mailing=adapters, now=now)


JOBS: Final[tuple[Job, ...]] = (
    Job("deliver_messages", every=timedelta(seconds=0.1), run=deliver_messages, leased=False),
    Job("deliver_webhooks", every=timedelta(seconds=0.2), run=deliver_webhooks, leased=False),
    Job("wipe_receipts", every=timedelta(seconds=30), run=wipe_receipts),
    Job("send_statements", every=timedelta(minutes=5), run=send_statements),
    Job("prune_messages", every=timedelta(hours=6), run=prune_messages),
    Job("prune_events", every=timedelta(hours=1), run=prune_events),
    Job("prune_webhooks", every=timedelta(hours=1), run=prune_webhooks),
)
