"""Asks the bus how it is, for `/readyz`: on one thread and every few seconds, however many want to know.

A broker that is away in the wrong manner says nothing for seconds. Requests must not queue up behind
that, so they wait a second and take it for down.
"""

import threading
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass
from typing import Final

from shared import bus
from shared.bus.protocol import Mismatch, Unreachable
from shared.logs import log

_FRESH: Final = 2.0  # seconds that an answer is taken for present
_PATIENCE: Final = 1.0  # seconds to wait for one


@dataclass(frozen=True, kw_only=True)
class BusState:
    """Whether the bus answers; `differs` says what about this service's queue is not as declared, None if nothing."""

    is_up: bool
    differs: str | None = None


class Lookout:
    """Looks at one service's queue on the bus at `url`. Any number of threads may ask it."""

    def __init__(self, url: str, *, queue: str) -> None:
        self._url = url
        self._queue = queue
        self._asking = threading.Lock()
        self._asked_at = 0.0
        self._answer: Future[BusState] | None = None

    def state(self) -> BusState:
        """How the bus is, or was a moment ago. Returns within a second or so."""
        with self._asking:
            is_fresh = time.monotonic() - self._asked_at < _FRESH
            if self._answer is None or (self._answer.done() and not is_fresh):
                self._asked_at = time.monotonic()
                self._answer = Future()
                threading.Thread(target=self._ask, args=(self._answer,), name="bus-lookout", daemon=True).start()
            answer = self._answer
        try:
            return answer.result(timeout=_PATIENCE)
        except TookTooLong:
            return BusState(is_up=False)

    def _ask(self, answer: "Future[BusState]") -> None:
        try:
            answer.set_result(self._look())
        except Exception as error:  # noqa: BLE001 - whoever waits must hear something; what it was is logged
            log.exception("readiness.failed", service=self._queue)
            answer.set_result(BusState(is_up=False, differs=type(error).__name__))

    def _look(self) -> BusState:
        connection = bus.connect(self._url)
        try:
            connection.check(self._queue)
            connection.ping()
        except Mismatch as difference:
            log.error("bus.differs", service=self._queue, reason=str(difference))
            return BusState(is_up=True, differs=str(difference))
        except Unreachable:
            return BusState(is_up=False)
        finally:
            connection.close()
        return BusState(is_up=True)
