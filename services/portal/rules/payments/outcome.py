"""DECIDES what a processor's answer means: paid, declined, asks the customer, unknown.

A processor answers a charge with one of four words. *Succeeded* and *declined* are final. *Action required* means that
the customer's bank waits for them: nothing is charged until they confirm. *Unknown* is everything else, silence above
all: the money may have moved, so the charge is never tried again under another key, and nobody is told that it
failed. Of the last two the processor is asked again, at first after a minute, then at growing distances, at most an
hour. Who takes longer than `LEASE` to call the processor is taken over from, with the same key.

Worked example: a charge at 9:00 is met by silence. The payment is unknown; the processor is asked at 9:01, at 9:02,
9:04, 9:08 and so on, hourly from then, until it says paid or declined.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, assert_never

LEASE: Final = timedelta(seconds=30)
ASKED_FIRST_AFTER: Final = timedelta(minutes=1)
ASKED_AT_LEAST_EVERY: Final = timedelta(hours=1)


class Result(StrEnum):
    """What a processor says of a charge or a refund."""

    SUCCEEDED = "succeeded"
    DECLINED = "declined"
    ACTION_REQUIRED = "action_required"
    UNKNOWN = "unknown"


_TOLD: Final = {
    "succeeded": Result.SUCCEEDED,
    "open": Result.DECLINED,
    "voided": Result.DECLINED,
    "action_required": Result.ACTION_REQUIRED,
    "unknown": Result.UNKNOWN,
}


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What becomes of the payment and the attempt; `ask_again_at` is None when the answer is final."""

    payment: str
    attempt: str
    ask_again_at: datetime | None

    @property
    def is_final(self) -> bool:
        return self.ask_again_at is None


def decide(*, result: Result, called_at: datetime, now: datetime) -> Meaning:
    """What `result` means for a charge first made at `called_at`."""
    match result:
        case Result.SUCCEEDED:
            return Meaning(payment="succeeded", attempt="succeeded", ask_again_at=None)
        case Result.DECLINED:
            return Meaning(payment="open", attempt="declined", ask_again_at=None)
        case Result.ACTION_REQUIRED | Result.UNKNOWN:
            waited = min(max(now - called_at, ASKED_FIRST_AFTER), ASKED_AT_LEAST_EVERY)
            return Meaning(payment=result.value, attempt=result.value, ask_again_at=now + waited)
        case _:
            assert_never(result)


def told(payment: str) -> Result | None:
    """What a payment in this state came to the last time it was tried; None while it is being tried.

    What is open was declined, and so was what nobody owes any more because of that.
    """
    return _TOLD.get(payment)
