"""DECIDES what the clock does with a subscription whose moment has come.

One thing at a time, and each at its own moment: a trial turns into a paid period, a period follows the one before, a
pause begins at the end of the paid period or ends at the day that was chosen, what was canceled is over. What is not
due yet is left alone, so looking twice, or from two places at once, does nothing twice.

Worked example: active until 31 May with a pause from 31 May: on 31 May it pauses and is not renewed. Canceled with
`ends_at` 31 May: on 31 May it ends, whatever else was planned.
"""

from datetime import datetime
from enum import StrEnum

from services.portal.rules.subscriptions import due
from services.portal.rules.subscriptions.lifecycle import Status


class Turn(StrEnum):
    """What is done."""

    END = "end"
    END_TRIAL = "end_trial"
    RENEW = "renew"
    PAUSE = "pause"
    RESUME = "resume"


_TURNS = {Status.CANCELED: Turn.END, Status.TRIALING: Turn.END_TRIAL, Status.PAUSED: Turn.RESUME}


def decide(
    *,
    status: Status,
    current_period_end: datetime,
    ends_at: datetime | None,
    trial_end: datetime | None,
    pauses_at: datetime | None,
    resumes_at: datetime | None,
    now: datetime,
) -> Turn | None:
    """What is due at `now`; None when nothing is."""
    at = due.calculate(
        status=status,
        current_period_end=current_period_end,
        ends_at=ends_at,
        trial_end=trial_end,
        pauses_at=pauses_at,
        resumes_at=resumes_at,
    )
    if at is None or at > now:
        return None
    if status is Status.ACTIVE:
        return Turn.PAUSE if pauses_at is not None and pauses_at <= current_period_end else Turn.RENEW
    return _TURNS[status]
