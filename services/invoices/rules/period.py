"""DECIDES which days a period has, as it is written in one word.

| written | days |
|---|---|
| `2026-05` | a month |
| `2026-Q2` | a quarter |
| `2026` | a calendar year |
| `FY2025` | the seller's financial year that begins in 2025 |
| `FY2025-04` | a financial year of one's own, here the one that begins in April 2025 |
| `2026-01-15/2026-03-31` | from one day to another, both included (ISO 8601) |

Days are those of UTC, as in every list of invoices. What a document belongs to is the day that the history shows: that
of the payment; that of the issue, while nothing is paid; of a credit note that of the refund.
Worked example: a seller's financial year begins in April, so its `FY2025` is 1 April 2025 to 31 March 2026.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from shared.errors import Invalid

LONGEST: Final = 40
YEARS: Final = range(1990, 2200)
_QUARTER: Final = 3  # months
_YEAR: Final = 12
_CALENDAR: Final = re.compile(r"(\d{4})(?:-(?:(\d{2})|Q([1-4])))?", re.ASCII)
_FINANCIAL: Final = re.compile(r"FY(\d{4})(?:-(\d{2}))?", re.ASCII)
_RANGE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})/(\d{4}-\d{2}-\d{2})", re.ASCII)


class NoSuchPeriod(Invalid):
    """It is written otherwise, ends before it begins, or is too far away."""

    code = "no_such_period"


@dataclass(frozen=True, kw_only=True)
class Period:
    """From its first day to its last, both included."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        """Its first moment."""
        return datetime.combine(self.first, time.min, UTC)

    @property
    def last_begins(self) -> datetime:
        """The first moment of its last day."""
        return datetime.combine(self.last, time.min, UTC)

    @property
    def ends(self) -> datetime:
        """The moment after its last."""
        return datetime.combine(self.last + timedelta(days=1), time.min, UTC)


def decide(written: str, *, fiscal_year_start: int = 1) -> Period:
    """The days of `written`. `fiscal_year_start`: the month, 1 to 12, of the seller's. Raises NoSuchPeriod."""
    if found := _CALENDAR.fullmatch(written):
        year, month, quarter = found.groups()
        if month:
            return _months(year, int(month), 1)
        if quarter:
            return _months(year, _QUARTER * int(quarter) - 2, _QUARTER)
        return _months(year, 1, _YEAR)
    if found := _FINANCIAL.fullmatch(written):
        return _months(found[1], int(found[2] or fiscal_year_start), _YEAR)
    if found := _RANGE.fullmatch(written):
        return _between(found[1], found[2])
    raise NoSuchPeriod(field="period")


def written(days: Period) -> str:
    """These days in one word, as `decide` reads it."""
    return f"{days.first.isoformat()}/{days.last.isoformat()}"


def _months(year: str, month: int, how_many: int) -> Period:
    """So many whole months, from this one."""
    if int(year) not in YEARS or not 1 <= month <= _YEAR:
        raise NoSuchPeriod(field="period")
    following = month - 1 + how_many
    end = date(int(year) + following // _YEAR, following % _YEAR + 1, 1)
    return Period(first=date(int(year), month, 1), last=end - timedelta(days=1))


def _between(first: str, last: str) -> Period:
    try:
        found = Period(first=date.fromisoformat(first), last=date.fromisoformat(last))
    except ValueError:
        raise NoSuchPeriod(field="period") from None
    if found.first > found.last or found.first.year not in YEARS or found.last.year not in YEARS:
        raise NoSuchPeriod(field="period")
    return found
