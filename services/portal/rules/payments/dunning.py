"""DECIDES when a payment that failed is tried again, and what happens when the last try has failed too.

The days of the schedule are counted from the first failure, so a try in between (another card, a click on "pay now")
that is declined moves nothing: the dates stay as they were told. After the last one nothing is tried any more by
itself, and the subscription ends or stays past due, as the vendor says. A card whose bank said "never" (stolen, closed
account) is not charged again for this payment; the dates go on, because the customer may give another card.

Worked example: failed on 1 March at 12:00, days 2, 7, 14, 21: tried on 3, 8, 15 and 22 March at 12:00. The try of
22 March fails: over, and the subscription ends with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class AfterLastRetry(StrEnum):
    """What becomes of a subscription that nobody paid for."""

    END = "end"
    PAST_DUE = "past_due"


@dataclass(frozen=True)
class Dunning:
    """When it is tried again (None: no more by itself), and whether the card at hand is tried at all."""

    retry_at: datetime | None
    may_charge: bool = True

    @property
    def is_over(self) -> bool:
        """Nothing more is tried by itself."""
        return self.retry_at is None


def decide(
    *,
    first_failed_at: datetime,
    retry_days: Sequence[int],
    now: datetime,
    is_terminal: bool = False,
    is_same_card: bool = True,
) -> Dunning:
    """The next try after one at `now`. `is_terminal`: the last decline of this payment was for good."""
    dates = (first_failed_at + timedelta(days=days) for days in sorted(retry_days))
    return Dunning(
        retry_at=next((date for date in dates if date > now), None), may_charge=not (is_terminal and is_same_card)
    )
