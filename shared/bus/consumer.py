"""From the bus to the handlers. One transaction a message: inbox row, effects, the effects' own events; then the ack.

(The transactions of a tenth of a second are joined, see `shared.database.groups`. One that fails is
left out; when two replicas' groups want the same rows in different order, each goes on one by one.)

A handler that raises is tried again with growing delay and then buried, where `bursar events dead`
shows it. A database that is away is nobody's fault: messages go back uncounted and the consumer
waits, looking once a second.
"""

import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shared.bus import codec, metrics
from shared.bus.inbox import first_time
from shared.bus.lost import is_contested, is_lost
from shared.bus.protocol import Bus, Drop, Handlers, Incoming, Later, Unreachable
from shared.database import erased, scope
from shared.database.groups import group
from shared.database.session import Begin, Database
from shared.errors import Refusal
from shared.logs import log

ATTEMPTS: Final = 8
DELAYS: Final = (1.0, 5.0, 15.0, 60.0, 300.0, 600.0, 1800.0)  # seconds after the first, second … attempt
BATCH: Final = 50
_AT_ONCE: Final = 0.1  # seconds until messages are acknowledged; whoever wants the same rows waits as long


class DatabaseAway(Unreachable):
    """Messages were given back; `wait_for_database` tells when to go on."""


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How often a message is tried, and how long it rests in between."""

    attempts: int = ATTEMPTS
    delays: Sequence[float] = DELAYS

    def after(self, attempt: int) -> float:
        """Seconds until the next attempt, up to a fifth longer so that many failures do not return as one."""
        longest = self.delays[min(attempt, len(self.delays)) - 1]
        return longest * (1 + random.random() / 5)  # noqa: S311 - it spreads load and hides nothing


class Consumer:
    """Handles what arrives in one service's queue, on the thread that calls it."""

    def __init__(
        self, *, queue: str, database: Database, bus: Bus, handlers: Handlers, patience: Patience | None = None
    ) -> None:
        self._queue = queue
        self._database = database
        self._bus = bus
        self._handlers = handlers
        self._patience = patience or Patience()

    def run_once(self, stop: threading.Event, *, wait: float = 1.0) -> int:
        """Handle one batch; how many messages it had. Raises Unreachable for the bus, DatabaseAway for that."""
        messages = self._bus.receive(self._queue, limit=BATCH, wait=wait)
        left = [message for message in messages if not self._is_given_up(message)]
        while left:
            if stop.is_set():
                self._bus.give_back(left)
                break
            try:
                left = self._together(left, stop)
            except Exception as error:
                if not is_lost(error):
                    raise
                log.warning("database.away", service=self._queue, error=type(error).__name__)
                self._bus.give_back(left)
                raise DatabaseAway("the database is away") from error
        return len(messages)

    def wait_for_database(self, stop: threading.Event, *, every: float = 1.0) -> None:
        """Return when the database answers, or when we stop. At most one try each `every` seconds."""
        while not stop.wait(every):
            try:
                with self._database.begin(read_only=True) as session:
                    session.connection().execute(text("SELECT 1"))
            except SQLAlchemyError as error:
                log.warning("database.away", service=self._queue, error=type(error).__name__)
            else:
                return

    def _together(self, messages: list[Incoming], stop: threading.Event) -> list[Incoming]:
        """Handle as many of these as there is time for, as one group; the others.

        One that fails takes those before it back: they go again, without it.
        """
        done: list[Incoming] = []
        at_work: Incoming | None = None
        deadline = time.monotonic() + _AT_ONCE
        try:
            with group(self._database) as begin:
                for at_work in messages:
                    if done and (stop.is_set() or time.monotonic() > deadline):
                        break
                    self._apply(at_work, begin)
                    done.append(at_work)
                at_work = None
        except Exception as error:
            if at_work is None or is_lost(error):
                raise
            if is_contested(error):
                return self._one_by_one(messages, stop)
            self._failed(at_work, error)
            before, after = messages[: len(done)], messages[len(done) + 1 :]
            return [*(self._together(before, stop) if before else ()), *after]
        self._finish(done)
        return messages[len(done) :]

    def _one_by_one(self, messages: list[Incoming], stop: threading.Event) -> list[Incoming]:
        """Handle the first of these, as many as there is time for; the others."""
        done, taken, deadline = [], 0, time.monotonic() + _AT_ONCE
        for message in messages:
            if taken and (stop.is_set() or time.monotonic() > deadline):
                break
            try:
                self._apply(message, self._database.begin)
            except Exception as error:
                if is_lost(error):
                    raise
                self._failed(message, error)
            else:
                done.append(message)
            taken += 1
        self._finish(done)
        return messages[taken:]

    def _finish(self, done: list[Incoming]) -> None:
        self._bus.ack(done)
        for message in done:
            metrics.HANDLED.labels(self._queue, message.key).inc()

    def _failed(self, message: Incoming, error: Exception) -> None:
        """Its handlers raised: forget it, try it again later, or bury it."""
        if isinstance(error, Drop):
            log.info("event.dropped", service=self._queue, key=message.key, reason=str(error))
            self._bus.ack([message])
            return
        if not isinstance(error, Later):
            log.error("event.failed", service=self._queue, key=message.key, attempt=message.attempts, exc_info=error)
        self._again(message, error)

    def _is_given_up(self, message: Incoming) -> bool:
        if message.attempts > self._patience.attempts:
            self._bury(message, reason="its process ended each time it was tried")
            return True
        return False

    def _apply(self, message: Incoming, begin: Begin) -> None:
        envelope = codec.decode(message.body)
        if envelope.event.key() != message.key:
            raise codec.Undecodable("it travels under another event's key")
        here = scope.Scope(
            vendor=envelope.vendor, mode=envelope.mode, actor=envelope.actor, request_id=envelope.request_id
        )
        with scope.use(here), begin() as session:
            if not first_time(session, envelope.id):
                return
            if erased.is_refused(session, envelope.event):
                log.info("event.refused", service=self._queue, key=message.key, reason="its customer was erased")
                return
            for handler in self._handlers.get(type(envelope.event), ()):
                handler(session, envelope.event, envelope=envelope)

    def _again(self, message: Incoming, error: Exception) -> None:
        metrics.FAILED.labels(self._queue, message.key).inc()
        if message.attempts >= self._patience.attempts:
            self._bury(message, reason=_reason(error))
            return
        delay = self._patience.after(message.attempts)
        log.info("event.retried", service=self._queue, key=message.key, attempt=message.attempts, delay=round(delay, 1))
        self._bus.retry(message, delay=delay)

    def _bury(self, message: Incoming, *, reason: str) -> None:
        log.error("event.buried", service=self._queue, key=message.key, attempts=message.attempts, reason=reason)
        metrics.BURIED.labels(self._queue, message.key).inc()
        self._bus.bury(message, reason=reason)


def _reason(error: Exception) -> str:
    """What went wrong, without the data it went wrong with: an error's text may quote a row."""
    if isinstance(error, Refusal):
        return f"{type(error).__name__}: {error.code}"
    if isinstance(error, (Later, codec.Undecodable)):
        return f"{type(error).__name__}: {error}"
    return type(error).__name__
