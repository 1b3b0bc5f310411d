"""DECIDES may a subscription be canceled, when does it end, and is unused time given back.

At the end of the period (the default): nothing is charged any more, access goes on until the running period is over;
in a trial until the trial is. Immediately: it ends now, and the part of the period that was paid and not used is given
back where the vendor says so. A portal offers one of the two, or lets the customer choose; product, plan and
subscription may say otherwise, and the most specific one counts. A vendor's own key may choose either at any time.

One that is past due may always be canceled; its retries stop at once. A paused one has no paid time left: it ends when
it would have gone on by itself, or at once if it waits for the customer. Canceling what is canceled already changes
nothing and is no error; what has ended can't be canceled.

Worked example: monthly, running from 1 to 31 May; canceled on 12 May at period end: `ends_at` is 31 May. A second
cancel on 13 May, even an immediate one, leaves everything as it is. Where the customer chooses and says nothing, the
answer is `mode_required`; where the portal only offers the end of the period, `immediately` is `timing_not_allowed`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.portal.rules.reasons import TimingNotAllowed
from services.portal.rules.subscriptions.lifecycle import Move, Status, after
from services.portal.rules.subscriptions.period import Period
from shared.errors import Invalid


class Timing(StrEnum):
    """When a cancel takes effect."""

    AT_PERIOD_END = "at_period_end"
    IMMEDIATELY = "immediately"


class ModeRequired(Invalid):
    """The customer may choose when it ends, and has to."""

    code = "mode_required"


@dataclass(frozen=True, kw_only=True)
class Offered:
    """The timings on offer, most preferred first. `binds` is false for a vendor's key, which may choose any."""

    timings: tuple[Timing, ...]
    binds: bool


@dataclass(frozen=True, kw_only=True)
class Cancellation:
    """What canceling makes of it. `changed` is false when it was canceled before."""

    changed: bool
    status: Status
    timing: Timing
    canceled_at: datetime
    ends_at: datetime
    gives_back: bool


def decide(
    *,
    status: Status,
    offered: Offered,
    wanted: Timing | None,
    running: Period,
    trial_end: datetime | None = None,
    resumes_at: datetime | None = None,
    prorates: bool = False,
    canceled_at: datetime | None,
    ends_at: datetime | None,
    now: datetime,
) -> Cancellation:
    """The effect of canceling now. Raises InvalidState, ModeRequired, TimingNotAllowed."""
    if status is Status.CANCELED and canceled_at and ends_at:
        return Cancellation(
            changed=False,
            status=status,
            timing=Timing.AT_PERIOD_END,
            canceled_at=canceled_at,
            ends_at=ends_at,
            gives_back=False,
        )
    canceled = after(status, Move.CANCEL)
    timing = _timing(offered, wanted)
    last = _last_moment(status, running, trial_end, resumes_at, now)
    is_now = timing is Timing.IMMEDIATELY or last <= now
    return Cancellation(
        changed=True,
        status=after(canceled, Move.END) if is_now else canceled,
        timing=timing,
        canceled_at=now,
        ends_at=now if is_now else last,
        gives_back=is_now and prorates and status is Status.ACTIVE,
    )


def _timing(offered: Offered, wanted: Timing | None) -> Timing:
    if wanted is None:
        if len(offered.timings) > 1:
            raise ModeRequired
        return offered.timings[0]
    if offered.binds and wanted not in offered.timings:
        raise TimingNotAllowed(offered=", ".join(offered.timings))
    return wanted


def _last_moment(
    status: Status, running: Period, trial_end: datetime | None, resumes_at: datetime | None, now: datetime
) -> datetime:
    """Until when it goes on when canceled at the end of what it has."""
    if status is Status.TRIALING:
        return trial_end or running.end
    if status is Status.PAUSED:
        return resumes_at or now
    return running.end
