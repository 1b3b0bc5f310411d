"""DECIDES what follows an attempt to deliver a webhook: done, again and when, given up, or the endpoint switched off.

Any 2xx is success, and nothing else is (a redirect is not followed). 410 says that the endpoint is gone: it is switched
off at once, as is one where nothing arrived for five days. Everything else is tried again after WAITS, the schedule of
the Standard Webhooks specification 1.0.0, each up to a fifth longer by chance so that what failed together does not
come back together: ten attempts over three days. `Retry-After` makes a wait longer, up to a day.

Worked example: the second attempt fails with 503 and `Retry-After: 3600`; the third comes after an hour instead of
five minutes.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from shared.errors import Conflict, FieldError, Invalid
from shared.events import NAMES

WAITS: Final[Sequence[timedelta]] = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
JITTER: Final = 0.2
LONGEST_WAIT: Final = timedelta(hours=24)
PATIENCE: Final = timedelta(days=5)
"""How long an endpoint may take nothing before it is switched off."""

MAX_OVERLAP: Final = timedelta(days=7)
DEFAULT_OVERLAP: Final = timedelta(days=1)
MOST: Final = 16  # endpoints of a vendor in one mode: each event is sent to all that ask for it
GONE: Final = 410
EVERYTHING: Final = "*"
TEST: Final = "webhook_endpoint.test"
"""The type of what `test` sends: no event of the catalog."""


class State(StrEnum):
    """Where a delivery stands. `sending` is held by a worker for the time of its lease."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"


class Fault(StrEnum):
    """Why an attempt failed."""

    ANSWER = "answer"  # a status that is not 2xx
    NOT_FOUND = "not_found"  # the name leads nowhere
    NOT_PUBLIC = "not_public"
    CONNECTION = "connection"
    TLS = "tls"
    TIMEOUT = "timeout"
    SECRET = "secret"  # noqa: S105 - what it is signed with can't be read any more: the installation's key is another
    OFF = "off"  # the endpoint was switched off before


class Off(StrEnum):
    """Why an endpoint is switched off."""

    BY_HAND = "by_hand"
    GONE = "gone"
    FAILING = "failing"


class TooManyEndpoints(Conflict):
    """So many endpoints as may be; delete one first."""

    code = "too_many_webhook_endpoints"


class EndpointOff(Conflict):
    """Nothing is sent to an endpoint that is switched off."""

    code = "webhook_endpoint_off"


@dataclass(frozen=True, kw_only=True)
class Next:
    """What follows: the state, when to try `again`, and why the endpoint is switched `off`, if it is."""

    state: State
    again: datetime | None = None
    off: Off | None = None


def decide(
    *,
    status: int | None,
    tries: int,
    retry_after: timedelta | None,
    failing_since: datetime | None,
    chance: float,
    now: datetime,
) -> Next:
    """What follows attempt number `tries`, counted from 1. `status` is None where there was no answer; `failing_since`
    is when the endpoint began to fail, `chance` a random number from 0 to 1.
    """
    if status is not None and 200 <= status <= 299:
        return Next(state=State.DELIVERED)
    if status == GONE:
        return Next(state=State.FAILED, off=Off.GONE)
    if failing_since is not None and now - failing_since >= PATIENCE:
        return Next(state=State.FAILED, off=Off.FAILING)
    if tries > len(WAITS):
        return Next(state=State.FAILED)
    wait = WAITS[tries - 1] * (1 + JITTER * chance)
    if retry_after is not None:
        wait = max(wait, min(retry_after, LONGEST_WAIT))
    return Next(state=State.WAITING, again=now + wait)


def wants(events: Collection[str], name: str) -> bool:
    """Whether an endpoint that asked for these events gets this one."""
    return EVERYTHING in events or name in events


def check_events(events: Sequence[str]) -> list[str]:
    """These, each once and in the catalog's order. Raises Invalid about `events`."""
    unknown = [each for each in events if each not in (*NAMES, EVERYTHING)]
    if unknown:
        raise Invalid(*(FieldError.of("events", "unknown_event_type", type=each) for each in dict.fromkeys(unknown)))
    return [EVERYTHING] if EVERYTHING in events else [each for each in NAMES if each in events]


def check_room(existing: int) -> None:
    """Raises TooManyEndpoints."""
    if existing >= MOST:
        raise TooManyEndpoints(most=MOST)


def overlap_ends(*, now: datetime, overlap: timedelta) -> datetime:
    """Until when the secret before signs too. Raises Invalid about `overlap`."""
    if not timedelta(0) <= overlap <= MAX_OVERLAP:
        raise Invalid(FieldError.of("overlap", "bad_overlap", maximum=int(MAX_OVERLAP.total_seconds())))
    return now + overlap
