"""Names on the bus, and what a service listens to: derived from its `HANDLERS`, never written down twice.

A queue is named after its service. Declare it before siblings publish (`bursar migrate` does): a bus
delivers to the queues it has, and an event said before a listener's first declaration is not kept for it.
"""

from collections.abc import Sequence
from typing import Final

from shared.bus.protocol import Handlers
from shared.events import BY_KEY

EXCHANGE: Final = "bursar.events"
TRIED: Final = "bursar-attempts"  # headers on RabbitMQ: attempts that ended before this delivery
REASON: Final = "bursar-reason"
DIED_AT: Final = "bursar-died-at"  # ISO 8601
RETRY_DELAYS: Final = (0.1, 0.5, 1.0, 2.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0)
"""Seconds. A retry waits in the queue of the shortest of these that is long enough."""


def keys(handlers: Handlers) -> tuple[str, ...]:
    """The keys a service's queue is bound to."""
    return tuple(sorted(kind.key() for kind in handlers))


def other_keys(bound: Sequence[str]) -> tuple[str, ...]:
    """The keys of the catalog that a queue bound to `bound` is not bound to."""
    return tuple(sorted(set(BY_KEY) - set(bound)))


def dead_queue(queue: str) -> str:
    return f"{queue}.dead"


def retry_queue(queue: str, delay: float) -> tuple[str, int]:
    """Name and milliseconds of the queue in which a message waits at least `delay` seconds (half an hour at most)."""
    fitting = next((each for each in RETRY_DELAYS if each >= delay), RETRY_DELAYS[-1])
    milliseconds = round(fitting * 1000)
    return f"{queue}.retry.{milliseconds}", milliseconds
