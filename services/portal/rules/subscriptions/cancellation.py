"""DECIDES may a subscription be canceled, and when does it end.

At the end of the period (the default): nothing is charged any more, access goes on until the running period is over.
Immediately: it ends now, nothing is paid back. Canceling what is canceled already changes nothing and is no error;
what has ended can't be canceled.

Worked example: monthly, running from 1 to 31 May; canceled on 12 May at period end: `ends_at` is 31 May. A second
cancel on 13 May, even an immediate one, leaves everything as it is.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.portal.rules.subscriptions.lifecycle import Move, Status, after
from services.portal.rules.subscriptions.period import Period


class Timing(StrEnum):
    """When a cancel takes effect."""

    AT_PERIOD_END = "at_period_end"
    IMMEDIATELY = "immediately"


@dataclass(frozen=True, kw_only=True)
class Cancellation:
    """What canceling makes of it. `changed` is false when it was canceled before."""

    changed: bool
    status: Status
    timing: Timing
    canceled_at: datetime
    ends_at: datetime


def decide(
    *,
    status: Status,
    timing: Timing,
    running: Period,
    canceled_at: datetime | None,
    ends_at: datetime | None,
    now: datetime,
) -> Cancellation:
    """The effect of canceling now. Raises InvalidState."""
    if status is Status.CANCELED and canceled_at and ends_at:
        return Cancellation(
            changed=False, status=status, timing=Timing.AT_PERIOD_END, canceled_at=canceled_at, ends_at=ends_at
        )
    canceled = after(status, Move.CANCEL)
    if timing is Timing.IMMEDIATELY:
        return Cancellation(changed=True, status=after(canceled, Move.END), timing=timing, canceled_at=now, ends_at=now)
    return Cancellation(changed=True, status=canceled, timing=timing, canceled_at=now, ends_at=running.end)
