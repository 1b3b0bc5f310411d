"""CALCULATES the next moment at which the clock has something to do for a subscription.

A canceled one ends at `ends_at`. A trial is over at `trial_end`. A paused one comes back at `resumes_at`, or stays as
it is until somebody resumes it. An active one renews at the end of its period, or pauses at `pauses_at` where that
comes first. One that is past due waits for its money: the schedule of retries belongs to the payment, and nothing more
is charged before it is paid. What has ended is never due again.

Worked example: active until 31 May, pause scheduled for 31 May: due on 31 May. Paused then with `resumes_at` 31 July:
due on 31 July. Canceled in June with `ends_at` now: ended, never due.
"""

from datetime import datetime

from services.portal.rules.subscriptions.lifecycle import Status


def calculate(
    *,
    status: Status,
    current_period_end: datetime,
    ends_at: datetime | None = None,
    trial_end: datetime | None = None,
    pauses_at: datetime | None = None,
    resumes_at: datetime | None = None,
) -> datetime | None:
    """When the clock must look at it again; None: never, as things stand."""
    match status:
        case Status.CANCELED:
            return ends_at
        case Status.TRIALING:
            return trial_end or current_period_end
        case Status.PAUSED:
            return resumes_at
        case Status.ACTIVE:
            return min(pauses_at, current_period_end) if pauses_at else current_period_end
        case Status.PAST_DUE | Status.ENDED:
            return None
