"""A service's worker: hears events, publishes its own, does the work of the clock. Each part on its own thread.

Nothing that goes wrong outside ends it: a bus or a database that is away is tried again, with
jitter. SIGTERM stops it: each part finishes the message or the transaction it is at, gives back the
rest, and the process ends with 0. What a part cannot finish in time is rolled back and comes again.

With `WORKER_HEARTBEAT=/path` it touches that file; `python -m shared.worker --check` tells whether
it did lately. With `WORKER_METRICS_PORT` it serves its metrics there.
"""

import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from prometheus_client import start_http_server
from sqlalchemy.exc import SQLAlchemyError

from shared import bus as buses
from shared import clock, jobs
from shared.bus import forgetting, topology
from shared.bus.consumer import Consumer, DatabaseAway, Patience
from shared.bus.lost import is_lost
from shared.bus.protocol import Handlers, Mismatch, Unreachable
from shared.bus.relay import Relay, Wake, measure
from shared.database.pruning import prune_api_requests, prune_idempotency_keys, prune_inbox, prune_outbox
from shared.database.session import Begin, Database
from shared.jobs import Job, LeaseLost
from shared.logs import configure, log
from shared.settings import CommonSettings

HOUSEKEEPING: Final[tuple[Job, ...]] = (
    Job("prune_outbox", timedelta(hours=1), prune_outbox),
    Job("prune_inbox", timedelta(hours=1), prune_inbox),
    Job("prune_idempotency_keys", timedelta(hours=1), prune_idempotency_keys),
    Job("prune_api_requests", timedelta(hours=1), prune_api_requests),
    Job(forgetting.JOB, timedelta(seconds=5), forgetting.mask),
)

_GRACE: Final = 20.0  # seconds to finish in after SIGTERM; an orchestrator waits 30
_BEAT: Final = 2.0  # seconds
_STALE: Final = 30.0  # seconds without a beat
_LONGEST_REST: Final = 15.0  # seconds between two tries of something that is away
_MEASURE_EVERY: Final = 15.0  # seconds
_CHECK_EVERY: Final = 10.0  # seconds between two looks at whether the queues still are as declared


def main(
    *,
    service: str,
    settings: CommonSettings,
    handlers: Handlers,
    jobs: Sequence[Job],
    adapters: Any,
    database: Database | None = None,
    patience: Patience | None = None,
) -> None:
    """Work until SIGTERM or SIGINT, then exit with 0."""
    configure(service=service, level=settings.log_level)
    worker = Worker(
        service=service,
        database=database or Database(settings.database_url),
        bus_url=settings.bus_url,
        handlers=handlers,
        jobs=(*jobs, *HOUSEKEEPING, _letters_of_erased(service, settings.bus_url)),
        adapters=adapters,
        patience=patience,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop.set())
    port = os.environ.get("WORKER_METRICS_PORT")  # noqa: TID251 - about this process, not about the service
    if port:
        start_http_server(int(port))
    worker.run()
    sys.stdout.flush()
    os._exit(0)  # a part that overran its time must not hold the process; its transaction is rolled back


def _letters_of_erased(service: str, bus_url: str) -> Job:
    """Once a minute: what nobody could handle of customers who are erased is not kept for a replay."""

    def discard(begin: Begin, *, now: datetime, adapters: Any) -> int:  # noqa: ARG001 - all jobs have one signature
        forgetting.discard_letters(begin, queue=service, bus_url=bus_url)
        return 0

    return Job("discard_letters_of_erased", timedelta(minutes=1), discard)


class Worker:
    """The threads of one service's worker. `run` returns after `stop` was set."""

    def __init__(
        self,
        *,
        service: str,
        database: Database,
        bus_url: str,
        handlers: Handlers,
        jobs: Sequence[Job],
        adapters: Any,
        patience: Patience | None = None,
    ) -> None:
        self.stop = threading.Event()
        self._service = service
        self._database = database
        self._bus_url = bus_url
        self._handlers = handlers
        self._jobs = jobs
        self._adapters = adapters
        self._patience = patience
        self._is_declared = threading.Event()

    def run(self) -> None:
        """Start every part, beat, and wait for them when told to stop."""
        parts: list[tuple[str, Callable[[], None]]] = [("relay", self._relay), ("consumer", self._consume)]
        parts += [(f"job {job.name}", partial(self._do, job)) for job in self._jobs]
        threads = [
            threading.Thread(target=self._keep_going, args=(name, part), name=name, daemon=True) for name, part in parts
        ]
        for thread in threads:
            thread.start()
        log.info("worker.started", service=self._service, jobs=len(self._jobs))
        while not self.stop.wait(_BEAT):
            if all(thread.is_alive() for thread in threads):
                beat()
        deadline = time.monotonic() + _GRACE
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        left = [thread.name for thread in threads if thread.is_alive()]
        if left:
            log.warning("worker.unfinished", service=self._service, parts=left)
        else:
            self._database.close()
        log.info("worker.stopped", service=self._service)

    def _keep_going(self, name: str, part: Callable[[], None]) -> None:
        """Run a part until we stop; whatever ends it, start it again, after a while that grows."""
        rest = 0.1
        while not self.stop.is_set():
            started = time.monotonic()
            try:
                part()
            except Unreachable as error:
                log.warning("worker.waiting", service=self._service, part=name, reason=str(error))
            except Mismatch as difference:  # an operator mends it; what is missing the consumer makes when it starts
                log.error("bus.differs", service=self._service, part=name, reason=str(difference))
            except Exception as error:  # noqa: BLE001 - a part never ends; what ended it is logged
                if is_lost(error):
                    log.warning("worker.waiting", service=self._service, part=name, reason=type(error).__name__)
                else:
                    log.exception("worker.part_failed", service=self._service, part=name)
            if time.monotonic() - started > _LONGEST_REST:
                rest = 0.1
            self.stop.wait(rest * random.uniform(0.5, 1.5))  # noqa: S311 - replicas should not come back as one
            rest = min(rest * 2, _LONGEST_REST)

    def _relay(self) -> None:
        bus, wake = buses.connect(self._bus_url), Wake(self._database)
        relay = Relay(service=self._service, database=self._database, bus=bus)
        measured_at = 0.0
        try:
            while not self.stop.is_set():
                if relay.run_once() == 0:
                    wake.wait(self.stop)
                if time.monotonic() - measured_at > _MEASURE_EVERY and self._is_declared.is_set():
                    measured_at = time.monotonic()
                    measure(self._service, self._database, bus)
        finally:
            wake.close()
            bus.close()

    def _consume(self) -> None:
        bus = buses.connect(self._bus_url)
        try:
            bus.declare(self._service, topology.keys(self._handlers))
            self._is_declared.set()
            consumer = Consumer(
                queue=self._service,
                database=self._database,
                bus=bus,
                handlers=self._handlers,
                patience=self._patience,
            )
            checked_at = time.monotonic()
            while not self.stop.is_set():
                if time.monotonic() - checked_at > _CHECK_EVERY:
                    bus.check(self._service)
                    checked_at = time.monotonic()
                try:
                    consumer.run_once(self.stop)
                except DatabaseAway:
                    consumer.wait_for_database(self.stop)
        finally:
            bus.close()

    def _do(self, job: Job) -> None:
        jobs.prepare(self._database, (job,))
        while not self.stop.is_set():
            try:
                done = jobs.run_once(self._database, job, adapters=self._adapters)
            except (LeaseLost, SQLAlchemyError):
                raise
            except Exception:  # noqa: BLE001 - the job's own failure: logged, and tried at its next turn
                log.exception("job.failed", service=self._service, job=job.name)
                done = 0
            if not done:
                self.stop.wait(min(job.every.total_seconds(), 5.0))


def beat() -> None:
    """Tell whoever watches that this process lives."""
    path = os.environ.get("WORKER_HEARTBEAT")  # noqa: TID251 - about this process, not about the service
    if path:
        Path(path).write_text(clock.now().isoformat())


def check() -> int:
    """0 when the worker of this machine beat lately, else 1. What a container's health check runs."""
    path = Path(os.environ.get("WORKER_HEARTBEAT", ""))  # noqa: TID251 - the same file
    if not path.is_file():
        return 1
    age = clock.now().timestamp() - path.stat().st_mtime
    return 0 if age < _STALE else 1


if __name__ == "__main__" and "--check" in sys.argv:
    sys.exit(check())
