"""A database and a bus of each kind, the small service's tables in it, and processes that end with the test."""

import multiprocessing
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from shared import bus as buses
from shared.bus import topology
from shared.bus.consumer import Consumer, DatabaseAway
from shared.bus.protocol import Bus, Unreachable
from shared.bus.relay import Relay
from shared.database.session import Database
from tests.support import small_service
from tests.support.backends import PostgresServer, RabbitServer

_PROCESSES = multiprocessing.get_context("forkserver")  # a fresh process, without the second that imports take
_PROCESSES.set_forkserver_preload(["tests.support.small_service", "shared.bus.amqp", "psycopg"])


@dataclass
class Stack:
    """Where the small service lives in one test; `kind` is `embedded` or `servers`."""

    kind: str
    database_url: str
    bus_url: str
    database: Database
    bus: Bus
    exits: ExitStack = field(repr=False)

    def start(self, command: str, **environment: str) -> BaseProcess:
        """A process of the small service, ready to be killed."""
        environment = {"DATABASE_URL": self.database_url, "BUS_URL": self.bus_url, **environment}
        process = _PROCESSES.Process(target=small_service.run, args=(command, environment))
        process.start()
        self.exits.callback(process.join, 20)
        self.exits.callback(process.kill)
        return process

    def dies(self, command: str, **environment: str) -> bool:
        """Whether such a process ended by SIGKILL."""
        process = self.start(command, **environment)
        process.join(30)
        return process.exitcode == -signal.SIGKILL

    def relay(self) -> Relay:
        return Relay(service="small", database=self.database, bus=self.connect(), probe_every=0.2)

    def connect(self, url: str = "") -> Bus:
        bus = buses.connect(url or self.bus_url)
        self.exits.callback(bus.close)
        return bus

    def run_relay(self, relay: Relay | None = None) -> None:
        self._thread(relay or self.relay())

    def run_consumer(self, bus: Bus | None = None, *, database: Database | None = None, attempts: int = 4) -> None:
        consumer = Consumer(
            queue="small",
            database=database or self.database,
            bus=bus or self.connect(),
            handlers=small_service.HANDLERS,
            patience=replace(small_service.QUICK, attempts=attempts),
        )
        self._thread(consumer)

    def change(self, count: int = 1, *, display_name: str | None = None) -> list[str]:
        """So many changes, a transaction each; the ids of their events."""
        ids = []
        for _ in range(count):
            with self.database.begin() as session:
                ids.append(small_service.change(session, display_name=display_name))
        return ids

    def change_at_once(self, count: int) -> list[str]:
        """The same in one transaction, published as well."""
        with self.database.begin() as session:
            ids = [small_service.change(session) for _ in range(count)]
        relay = self.relay()
        while relay.run_once():
            pass
        return ids

    def _thread(self, part: Relay | Consumer) -> None:
        stop = threading.Event()

        def run() -> None:
            while not stop.is_set():
                try:
                    if isinstance(part, Consumer):
                        part.run_once(stop, wait=0.2)
                    elif part.run_once() == 0:
                        stop.wait(0.02)
                except DatabaseAway:
                    assert isinstance(part, Consumer)
                    part.wait_for_database(stop, every=0.2)
                except Unreachable:
                    stop.wait(0.1)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        self.exits.callback(thread.join, 20)
        self.exits.callback(stop.set)


@pytest.fixture(params=["embedded", "servers"])
def stack(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stack]:
    with ExitStack() as exits:
        if request.param == "embedded":
            database_url, bus_url = (
                f"sqlite:///{tmp_path}/database/small.db",
                f"sqlite:///{tmp_path}/bus/bus.db?lease=2",
            )
        else:
            postgres: PostgresServer = request.getfixturevalue("postgres_server")
            rabbitmq: RabbitServer = request.getfixturevalue("rabbitmq_server")
            database_url, bus_url = postgres.new_database(), rabbitmq.new_vhost()
            exits.callback(postgres.drop, database_url)
            exits.callback(rabbitmq.drop, bus_url)
        database = Database(database_url)
        exits.callback(database.close)
        small_service.prepare(database)
        bus = buses.connect(bus_url)
        exits.callback(bus.close)
        bus.declare("small", topology.keys(small_service.HANDLERS))
        yield Stack(request.param, database_url, bus_url, database, bus, exits)
