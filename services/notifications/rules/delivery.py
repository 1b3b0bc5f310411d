"""DECIDES whether a mail is done, is tried again and when, or is given up.

Accepted is sent. A permanent refusal (SMTP 5xx) or a lifetime that is over gives up at once; an address that is not
written to (`suppression.py`) was not even tried. Everything else
is tried again, with growing delay: over 16 hours for ordinary mail, after seconds for urgent mail, and never
after the mail's own expiry. Worked example: an ordinary mail deferred for the third time waits 15 minutes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, assert_never


class State(StrEnum):
    """Where a message stands. `sending` is held by a worker, for the time of its lease; `suppressed` was not tried,
    for its address is not written to.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


class Answer(StrEnum):
    """What became of one attempt."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, kw_only=True)
class Next:
    """The state from now on; `at` is when to try again, if it is to be tried again."""

    state: State
    at: datetime | None = None


WAITS: Final[Sequence[timedelta]] = [timedelta(minutes=m) for m in (1, 5, 15, 30, 60, 120, 240, 480)]
URGENT_WAITS: Final[Sequence[timedelta]] = [timedelta(seconds=s) for s in (1, 2, 5, 10, 20, 30, 60, 60, 60, 60, 60, 60)]


def decide(*, answer: Answer, attempts: int, urgent: bool, expires_at: datetime | None, now: datetime) -> Next:
    """What follows from the answer to attempt number `attempts`, counted from 1."""
    match answer:
        case Answer.ACCEPTED:
            return Next(state=State.SENT)
        case Answer.REFUSED | Answer.EXPIRED:
            return Next(state=State.FAILED)
        case Answer.SUPPRESSED:
            return Next(state=State.SUPPRESSED)
        case Answer.DEFERRED:
            return _again(URGENT_WAITS if urgent else WAITS, attempts=attempts, expires_at=expires_at, now=now)
        case _:
            assert_never(answer)


def _again(waits: Sequence[timedelta], *, attempts: int, expires_at: datetime | None, now: datetime) -> Next:
    if attempts > len(waits):
        return Next(state=State.FAILED)
    at = now + waits[attempts - 1]
    if expires_at is not None and at >= expires_at:
        return Next(state=State.FAILED)
    return Next(state=State.QUEUED, at=at)
