"""Real servers for the tests, and a fresh database and bus for whoever asks.

Where a server comes from, in this order: `TEST_DATABASE_URL` and `TEST_AMQP_URL`; a container, where
a Docker engine answers (`TEST_WITHOUT_DOCKER=1` passes it by); the programs on this machine; the
programs apt installs, for root on Debian. None of it is skipped in silence: without a server the
tests that need it fail, and say what was tried.

One server a run, shared by the workers of pytest-xdist: the first that needs it starts it, the last
that leaves ends it.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import requests

from tests.support import containers, machine
from tests.support.machine import CannotStart, Running


@dataclass(frozen=True)
class PostgresServer:
    """`url` names a database to connect to when making others."""

    url: str

    def new_database(self) -> str:
        """The URL of an empty database."""
        name = f"test_{secrets.token_hex(6)}"
        self._run(f'CREATE DATABASE "{name}"')
        return urlsplit(self.url)._replace(path=f"/{name}").geturl()

    def drop(self, url: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{urlsplit(url).path[1:]}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


@dataclass(frozen=True)
class RabbitServer:
    """`management` is the URL of its HTTP API, with user and password."""

    url: str
    management: str

    def new_vhost(self) -> str:
        """The URL of an empty virtual host."""
        name = f"test-{secrets.token_hex(6)}"
        self._ask("PUT", f"/api/vhosts/{name}", default_queue_type="classic")
        user = urlsplit(self.url).username or "guest"
        self._ask("PUT", f"/api/permissions/{name}/{user}", configure=".*", write=".*", read=".*")
        return urlsplit(self.url)._replace(path=f"/{name}").geturl()

    def drop(self, url: str) -> None:
        self._ask("DELETE", f"/api/vhosts/{urlsplit(url).path[1:]}")

    def _ask(self, method: str, path: str, **body: str) -> None:
        requests.request(method, self.management + path, json=body, timeout=20).raise_for_status()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A real PostgreSQL."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield PostgresServer(given)
        return
    ways = (
        containers.start_postgres,
        machine.start_postgres,
        _installed("postgresql", machine.start_postgres),
    )
    with _shared(tmp_path_factory, "postgres", ways) as (url,):
        yield PostgresServer(url)


@pytest.fixture(scope="session")
def rabbitmq_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitServer]:
    """A real RabbitMQ with its management API (`TEST_AMQP_MANAGEMENT_URL`, else port 15672 beside `TEST_AMQP_URL`)."""
    if given := os.environ.get("TEST_AMQP_URL"):
        parts = urlsplit(given)
        beside = f"http://{parts.username}:{parts.password}@{parts.hostname}:15672"
        yield RabbitServer(given, os.environ.get("TEST_AMQP_MANAGEMENT_URL", beside))
        return
    ways = (
        containers.start_rabbitmq,
        machine.start_rabbitmq,
        _installed("rabbitmq-server", machine.start_rabbitmq),
    )
    with _shared(tmp_path_factory, "rabbitmq", ways) as (url, management):
        yield RabbitServer(url, management)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty database of each kind, one a module."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('database')}/service.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.new_database()
    yield url
    server.drop(url)


@pytest.fixture(scope="module", params=["sqlite", "amqp"])
def bus_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty bus of each kind, one a module."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('bus')}/bus.db"
        return
    server: RabbitServer = request.getfixturevalue("rabbitmq_server")
    url = server.new_vhost()
    yield url
    server.drop(url)


Started = tuple[object, ...]  # what the server is reached by, then what ends it


def _installed(package: str, start: Callable[[], Started]) -> Callable[[], Started]:
    def start_installed() -> Started:
        machine.install(package)
        return start()

    return start_installed


@contextmanager
def _shared(
    factory: pytest.TempPathFactory, name: str, ways: tuple[Callable[[], Started], ...]
) -> Iterator[tuple[str, ...]]:
    """What the first working way started, counted in a file that all workers of this run see."""
    base = factory.getbasetemp()
    note = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / f"{name}.json"
    with _locked(note):
        state = json.loads(note.read_text()) if note.exists() else _start(name, ways)
        state["users"] += 1
        note.write_text(json.dumps(state))
    try:
        yield tuple(state["addresses"])
    finally:
        with _locked(note):
            state = json.loads(note.read_text())
            state["users"] -= 1
            note.write_text(json.dumps(state))
            if state["users"] == 0:
                note.unlink()
                _end(state)


def _start(name: str, ways: tuple[Callable[[], Started], ...]) -> dict[str, object]:
    tried: list[str] = []
    for way in ways:
        try:
            *addresses, ending = way()
        except CannotStart as reason:
            tried.append(str(reason))
            continue
        ends = {"container": ending} if isinstance(ending, str) else {"process": asdict(ending)}
        return {"users": 0, "addresses": addresses, **ends}
    pytest.fail(f"no {name} for the tests:\n  " + "\n  ".join(tried), pytrace=False)


def _end(state: dict[str, object]) -> None:
    if "container" in state:
        containers.end(str(state["container"]))
    else:
        process = state["process"]
        assert isinstance(process, dict)
        Running(process["pid"], process["folder"], tuple(process["also"])).end()


@contextmanager
def _locked(note: Path) -> Iterator[None]:
    with note.with_suffix(".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
