"""From the outbox to the bus: publish a batch, wait for its confirms, mark what was confirmed. Nothing is skipped.

Which rows are pending is asked each time (`published_at IS NULL`, locked rows left to other relays);
there is no position that a late commit could fall behind. A crash between confirm and mark
publishes twice under the same id, and inboxes know it.

An event to whose key no queue is bound is **parked**, so that it neither blocks others nor is asked
for again and again. It may be that nobody listens to it, or that a binding is missing: nobody here can
know. So every few seconds one row of each parked key is published as a probe; as soon as one finds a
queue, all rows of that key are pending again. What found none in `KEPT_PARKED` is deleted, loudly
(`pruning`). The gauge `bursar_outbox_parked` and the log line `outbox.parked` tell of it meanwhile.
"""

import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from sqlalchemy import Row, func, select, update

from shared import clock
from shared.bus import metrics
from shared.bus.outbox import CHANNEL
from shared.bus.protocol import Bus, Outgoing, Published
from shared.database.session import Database, Session
from shared.database.tables import is_parked, is_pending, outbox
from shared.logs import log

BATCH: Final = 200
PROBE_EVERY: Final = 5.0  # seconds
_LOOK_EVERY: Final = 1.0  # seconds, should a wake-up get lost
_POLL: Final = 0.03  # seconds between two looks at whether the SQLite file changed


class Relay:
    """Publishes one service's outbox, on the thread that calls it. Any number may run beside each other."""

    def __init__(self, *, service: str, database: Database, bus: Bus, probe_every: float = PROBE_EVERY) -> None:
        self._service = service
        self._database = database
        self._bus = bus
        self._probe_every = probe_every
        self._probed_at = 0.0

    def run_once(self) -> int:
        """Publish one batch; how many rows it had, parked ones too. Raises Unreachable and what databases raise."""
        if time.monotonic() - self._probed_at >= self._probe_every:
            self._probe()
            self._probed_at = time.monotonic()
        if self._database.is_sqlite:
            # Publishing inside a write transaction would stop the service's own writers meanwhile.
            with self._database.begin(read_only=True) as session:
                rows = _pending(session)
            published = self._publish(rows)
            if rows:
                with self._database.begin() as session:
                    self._mark(session, published)
        else:
            with self._database.begin() as session:
                rows = _pending(session)
                published = self._publish(rows)
                self._mark(session, published)
        return len(published.routed) + len(published.unrouted)

    def _publish(self, rows: Sequence[Row[Any]]) -> Published:
        if not rows:
            return Published(routed=frozenset(), unrouted=frozenset())
        return self._bus.publish([Outgoing(id=row.id, key=row.key, body=row.body.encode()) for row in rows])

    def _mark(self, session: Session, published: Published) -> None:
        now = clock.now()
        if published.routed:
            _set(session, published.routed, published_at=now, parked_at=None)
            metrics.PUBLISHED.labels(self._service).inc(len(published.routed))
        if published.unrouted:
            _set(session, published.unrouted, parked_at=now)
            log.warning("outbox.parked", service=self._service, events=len(published.unrouted))

    def _probe(self) -> None:
        """Has a queue been bound to a parked key since?"""
        with self._database.begin(read_only=True) as session:
            oldest = select(func.min(outbox.c.id)).where(is_parked).group_by(outbox.c.key)
            rows = session.connection().execute(_columns().where(outbox.c.id.in_(oldest))).all()
        published = self._publish(rows)
        found = {row.key for row in rows if row.id in published.routed}
        if found:
            with self._database.begin() as session:
                self._mark(session, Published(routed=published.routed, unrouted=frozenset()))
                again = update(outbox).where(is_parked, outbox.c.key.in_(found)).values(parked_at=None)
                session.connection().execute(again)
            log.info("outbox.unparked", service=self._service, keys=sorted(found))


class Wake:
    """Tells the relay's thread that something may have been recorded: NOTIFY, or a change of the SQLite file."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._driver: Any = None  # a connection of its own, not the pool's
        self._version = 0

    def wait(self, stop: threading.Event, *, at_most: float = _LOOK_EVERY) -> None:
        """Return when there may be work, when we stop, or after `at_most` seconds."""
        try:
            if self._driver is None:
                self._listen()  # and look once more: what was recorded before is not told
            elif self._database.is_sqlite:
                self._wait_for_change(stop, at_most)
            else:
                for _notice in self._driver.notifies(timeout=at_most, stop_after=1):
                    return
        except Exception as error:  # noqa: BLE001 - drivers differ in what a lost connection raises; polling does without
            log.warning("outbox.wake_lost", error=type(error).__name__)
            self.close()
            stop.wait(at_most)

    def close(self) -> None:
        driver, self._driver = self._driver, None
        if driver is not None:
            with suppress(Exception):  # it is being thrown away
                driver.close()

    def _listen(self) -> None:
        pooled = self._database.engine.raw_connection()
        driver: Any = pooled.driver_connection
        pooled.detach()
        if not self._database.is_sqlite:
            driver.autocommit = True
            driver.execute(f"LISTEN {CHANNEL}")
        self._driver = driver

    def _wait_for_change(self, stop: threading.Event, at_most: float) -> None:
        deadline = time.monotonic() + at_most
        while not stop.is_set() and time.monotonic() < deadline:
            version = self._driver.execute("PRAGMA data_version").fetchone()[0]
            if version != self._version:
                self._version = version
                return
            stop.wait(_POLL)


def measure(service: str, database: Database, bus: Bus) -> None:
    """Bring the gauges up to date. Raises what the database or the bus raises."""
    with database.begin(read_only=True) as session:
        connection = session.connection()
        for gauge, condition in ((metrics.PENDING, is_pending), (metrics.PARKED, is_parked)):
            gauge.labels(service).set(connection.scalar(select(func.count()).where(condition)) or 0)
        oldest = connection.scalar(select(func.min(outbox.c.recorded_at)).where(is_pending))
    metrics.OLDEST.labels(service).set(0 if oldest is None else (clock.now() - oldest).total_seconds())
    depth = bus.depth(service)
    metrics.WAITING.labels(service).set(depth.waiting)
    metrics.DEAD.labels(service).set(depth.dead)


def _columns() -> Any:
    return select(outbox.c.id, outbox.c.key, outbox.c.body)


def _pending(session: Session) -> Sequence[Row[Any]]:
    statement = _columns().where(is_pending).order_by(outbox.c.id).limit(BATCH).with_for_update(skip_locked=True)
    rows: Sequence[Row[Any]] = session.connection().execute(statement).all()
    return rows


def _set(session: Session, ids: frozenset[str], **values: object) -> None:
    statement = update(outbox).where(outbox.c.id.in_(sorted(ids)), outbox.c.published_at.is_(None))
    session.connection().execute(statement.values(**values))
