"""CALCULATES how much of what a plan includes was used, and DECIDES which reports of use are taken.

A vendor reports what customers use, record by record; a meter says what a period comes to: the sum of its records, the
largest, or the last. A record counts in the period in which it happened, however late it is reported. The plan says how
much is included; what is used beyond is shown and charged by nobody here.

Worked example: 5,000 API calls a month, records of 1,200 and 40 in November: 1,240 of 5,000 used, 3,760 left, 24 %.
Another of 4,000: 240 beyond what is included, 0 left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from shared.errors import Conflict, FieldError, Invalid

MOST: Final = 1_000_000_000_000
"""Of one record, either way."""
MOST_PERIODS: Final = 24
"""How far anybody looks back."""


class Aggregation(StrEnum):
    """What a period's records come to."""

    SUM = "sum"
    MAX = "max"
    LAST = "last"


class IdentifierTaken(Conflict):
    """Something else was reported under this identifier."""

    code = "usage_identifier_taken"


@dataclass(frozen=True, kw_only=True)
class Used:
    """What was used of what is included; None: without limit."""

    used: int
    included: int | None

    @property
    def left(self) -> int | None:
        """What is still included, never less than nothing."""
        return None if self.included is None else max(0, self.included - max(0, self.used))

    @property
    def beyond(self) -> int:
        """What was used in excess."""
        return 0 if self.included is None else max(0, self.used - self.included)

    @property
    def percent(self) -> int | None:
        """Of what is included, rounded down, 100 at most; None without limit."""
        if self.included is None:
            return None
        used = max(0, self.used)
        return 100 if used >= self.included else used * 100 // self.included


def calculate(aggregation: Aggregation, quantities: Sequence[int]) -> int:
    """What a period's records come to, in the order in which they happened; nothing reported is nothing used."""
    if not quantities:
        return 0
    if aggregation is Aggregation.SUM:
        return sum(quantities)
    return max(quantities) if aggregation is Aggregation.MAX else quantities[-1]


def decide(
    *,
    aggregation: Aggregation,
    quantity: int,
    at: datetime,
    now: datetime,
    began: datetime,
    ended: datetime | None,
    field: str = "",
) -> None:
    """Whether a record is taken; `field` comes before the names of its fields. Raises Invalid.

    Only a sum can be taken back from, by a negative quantity. It happened while the subscription ran, not in the
    future.
    """
    least = -MOST if aggregation is Aggregation.SUM else 0
    if not least <= quantity <= MOST:
        raise Invalid(FieldError.of(f"{field}quantity", "out_of_range", least=least, most=MOST))
    if at > now:
        raise Invalid(FieldError.of(f"{field}at", "date_in_future"))
    if at < began or (ended is not None and at >= ended):
        raise Invalid(FieldError.of(f"{field}at", "outside_subscription"))
