"""DECIDES to which moment a test clock may be moved.

A clock of its own exists in test mode alone, and it never goes back: what has happened has happened. It is moved to a
moment, or by so much: `3mo` are three months on the vendor's wall clock, a day that a month lacks becomes its last one.
One move leads at most five years ahead, so that a slip of the keyboard costs minutes and not days.

Worked example: on 31 January 2027, moved by `1mo`: to 28 February 2027, the same time of day.
"""

import re
from datetime import datetime, timedelta, tzinfo
from typing import Final

from services.portal.rules.subscriptions.period import Interval
from services.portal.rules.subscriptions.period import calculate as period_containing
from shared.errors import Conflict, FieldError, Forbidden, Invalid

LONGEST: Final = timedelta(days=5 * 366)
_STEP: Final = re.compile(r"([1-9][0-9]{0,3})(h|d|w|mo|y)")
_INTERVALS: Final = {"d": Interval.DAY, "w": Interval.WEEK, "mo": Interval.MONTH, "y": Interval.YEAR}


class LiveHasNoTestClock(Forbidden):
    """Live customers live in real time."""

    code = "live_has_no_test_clock"


class ClockGoesBack(Conflict):
    """A test clock only moves ahead."""

    code = "clock_goes_back"


class ClockIsMoving(Conflict):
    """Somebody else is moving it right now, to another moment."""

    code = "clock_is_moving"


def decide(*, mode: str, now: datetime, to: datetime | None, by: str | None, zone: tzinfo) -> datetime:
    """The moment to move to. Raises LiveHasNoTestClock, ClockGoesBack, Invalid."""
    if mode != "test":
        raise LiveHasNoTestClock
    if (to is None) == (by is None):
        raise Invalid(FieldError.of("to", "to_or_by"))
    target = to if to is not None else _later(now, by or "", zone)
    if target < now:
        raise ClockGoesBack(now=now.isoformat())
    if target - now > LONGEST:
        raise Invalid(FieldError.of("by" if to is None else "to", "too_far_ahead"))
    return target


def _later(now: datetime, by: str, zone: tzinfo) -> datetime:
    """`now` moved by a step such as `3mo`. Raises Invalid."""
    match = _STEP.fullmatch(by)
    if match is None:
        raise Invalid(FieldError.of("by", "bad_step"))
    count, unit = int(match[1]), match[2]
    if unit == "h":
        return now + timedelta(hours=count)
    if count > LONGEST.days // {"d": 1, "w": 7, "mo": 28, "y": 365}[unit] + 1:
        raise Invalid(FieldError.of("by", "too_far_ahead"))
    return period_containing(anchor=now, interval=_INTERVALS[unit], interval_count=count, at=now, zone=zone).end
