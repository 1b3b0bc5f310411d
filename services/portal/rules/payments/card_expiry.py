"""DECIDES whether a customer is told now that a card runs out.

A card is good until the last day of its last month. The vendor's settings name the days before that day at which a
card that is still needed is warned of: each warning once, and after a longer wait only the nearest one.

Worked example: a card 05/2027 with warnings 30 and 7 days ahead: warned of on 1 May (30 days before 31 May) and on 24
May. Added on 20 May: warned of then, with 11 days left, and on 24 May.
"""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class Notice:
    """`step` is the setting it fulfills, `days` are those really left."""

    step: int
    days: int


def decide(
    *, exp_year: int, exp_month: int, notice_days: Sequence[int], noticed: int | None, now: datetime
) -> Notice | None:
    """The warning due at `now`, if there is one. `noticed` is the step of the last warning."""
    last_day = ends(exp_year=exp_year, exp_month=exp_month) - timedelta(days=1)
    left = (last_day.date() - now.astimezone(UTC).date()).days
    steps = [step for step in notice_days if left <= step and (noticed is None or step < noticed)]
    return Notice(step=min(steps), days=left) if steps and left >= 0 else None


def next_at(
    *, exp_year: int, exp_month: int, notice_days: Sequence[int], noticed: int | None, now: datetime
) -> datetime | None:
    """When the next warning will be due, at the latest warning's day; `now` when it is due already."""
    if decide(exp_year=exp_year, exp_month=exp_month, notice_days=notice_days, noticed=noticed, now=now):
        return now
    last_day = ends(exp_year=exp_year, exp_month=exp_month) - timedelta(days=1)
    ahead = (last_day - timedelta(days=step) for step in notice_days if noticed is None or step < noticed)
    return min((moment for moment in ahead if moment > now), default=None)


def ends(*, exp_year: int, exp_month: int) -> datetime:
    """The first moment at which a card is no longer good."""
    last = calendar.monthrange(exp_year, exp_month)[1]
    return datetime(exp_year, exp_month, last, tzinfo=UTC) + timedelta(days=1)
