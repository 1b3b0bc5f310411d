"""CALCULATES the period of a subscription that contains a moment.

Every boundary is counted from the anchor, never from the boundary before it: a month that is too short ends on its
last day and the next one goes back to the anchor's day. So periods neither overlap nor leave a hole, for ever. Days
and hours are those of `zone`: at a change to summer time a period keeps its wall-clock boundary.

Worked example: monthly from 31 January 2027 12:00 UTC: boundaries on 28 February, 31 March, 30 April, 31 May, each
at 12:00. The period that contains 28 February 11:59 is 31 January to 28 February.
"""

import calendar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final


class Interval(StrEnum):
    """The unit a period is counted in."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class Period:
    """From `start` to just before `end`, both in UTC."""

    start: datetime
    end: datetime


_DAYS: Final = {Interval.DAY: 1, Interval.WEEK: 7}
_MONTHS: Final = {Interval.MONTH: 1, Interval.YEAR: 12}


def calculate(*, anchor: datetime, interval: Interval, interval_count: int, at: datetime, zone: tzinfo = UTC) -> Period:
    """The period that contains `at`; the first one where `at` lies before the anchor."""
    moment = max(at, anchor)
    start = _guess(anchor, interval, interval_count, moment)
    while _boundary(anchor, interval, interval_count * start, zone) > moment:
        start -= 1
    while _boundary(anchor, interval, interval_count * (start + 1), zone) <= moment:
        start += 1
    return Period(
        start=_boundary(anchor, interval, interval_count * start, zone),
        end=_boundary(anchor, interval, interval_count * (start + 1), zone),
    )


def _guess(anchor: datetime, interval: Interval, interval_count: int, moment: datetime) -> int:
    """How many periods lie between, give or take one; the loops above make it exact."""
    longest = 31 * _MONTHS[interval] if interval in _MONTHS else _DAYS[interval]
    return (moment - anchor).days // (longest * interval_count)


def _boundary(anchor: datetime, interval: Interval, steps: int, zone: tzinfo) -> datetime:
    """The anchor moved by `steps` intervals on the wall clock of `zone`."""
    local = anchor.astimezone(zone).replace(tzinfo=None)
    if interval in _DAYS:
        moved = local + timedelta(days=_DAYS[interval] * steps)
    else:
        months = local.year * 12 + local.month - 1 + _MONTHS[interval] * steps
        year, month = divmod(months, 12)
        last = calendar.monthrange(year, month + 1)[1]
        moved = local.replace(year=year, month=month + 1, day=min(local.day, last))
    return moved.replace(tzinfo=zone).astimezone(UTC)
