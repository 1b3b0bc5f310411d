"""The broker is away under load: requests go on as before, it shows, and afterwards nothing is missing (EV-17)."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import median

import pytest
from flask import Blueprint

from shared import worker
from shared.settings import CommonSettings
from shared.web import create_app, internal, session
from shared.web.app import App
from tests.integration.events.conftest import Stack
from tests.support import small_service
from tests.support.faults import Fault, Proxy
from tests.support.polling import until

WRITERS = 3
SECONDS_AWAY = 3.0

inside = Blueprint("inside", __name__, url_prefix="/internal")


@inside.post("/changes")
@internal(open=True)
def change() -> str:
    """A business row and its event; the event's id."""
    return small_service.change(session())


@dataclass
class Load:
    """Writers that send one request after the other until they are told to stop."""

    app: App
    stop: threading.Event = field(default_factory=threading.Event)
    ids: list[str] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)
    took: list[float] = field(default_factory=list)  # seconds, of each request
    most_threads: int = 0

    def write(self) -> None:
        client = self.app.test_client()
        while not self.stop.is_set():
            started = time.monotonic()
            answer = client.post("/internal/changes")
            self.took.append(time.monotonic() - started)
            self.statuses.add(answer.status_code)
            self.ids.append(answer.text)
            self.stop.wait(0.02)

    def ask(self) -> None:
        """As an orchestrator and a gateway do, only more often."""
        client = self.app.test_client()
        while not self.stop.is_set():
            client.get("/readyz")
            self.most_threads = max(self.most_threads, threads())
            self.stop.wait(0.02)


@pytest.fixture
def proxy(stack: Stack) -> Iterator[Proxy]:
    made = Proxy(stack.bus_url)
    yield made
    made.close()


@pytest.fixture
def app(stack: Stack, proxy: Proxy) -> App:
    """The small service's web process, with its worker beside it; both know the broker through the proxy."""
    settings = CommonSettings(
        database_url=stack.database_url,
        bus_url=proxy.url,
        public_url="http://localhost:8080",
        auth_url="http://127.0.0.1:9",
        log_level="error",
    )
    working = worker.Worker(
        service="small",
        database=stack.database,
        bus_url=proxy.url,
        handlers=small_service.HANDLERS,
        jobs=(),
        adapters=None,
        patience=small_service.QUICK,
    )
    thread = threading.Thread(target=working.run, daemon=True)
    thread.start()
    stack.exits.callback(thread.join, 20)
    stack.exits.callback(working.stop.set)
    return create_app("small", settings=settings, database=stack.database, adapters=object(), internal=[inside])


def threads() -> int:
    """How many there are, without the proxy's own."""
    return sum("_pump" not in each.name for each in threading.enumerate())


@pytest.mark.parametrize("stack", ["servers"], indirect=True)
@pytest.mark.parametrize("fault", ["down", "black hole"])
@pytest.mark.feature("L09")
def test_requests_go_on_while_the_broker_is_away_and_nothing_is_lost(
    stack: Stack, app: App, proxy: Proxy, fault: Fault
) -> None:
    client, load = app.test_client(), Load(app)
    until(lambda: client.get("/readyz").get_json()["status"] == "up")

    with ThreadPoolExecutor(max_workers=WRITERS + 1) as pool:
        running = [pool.submit(load.write) for _ in range(WRITERS)] + [pool.submit(load.ask)]
        until(lambda: len(small_service.effects_of(stack.database)) > 20)
        before, usual, threads_before = len(load.ids), median(load.took), load.most_threads

        proxy.set(fault)
        left_at = time.monotonic()
        until(lambda: client.get("/readyz").get_json() == {"status": "degraded", "database": "up", "bus": "down"})
        until(lambda: time.monotonic() - left_at > SECONDS_AWAY)
        meanwhile = load.took[before:]
        assert not all(small_service.recorded(stack.database).values())
        proxy.set("none")
        proxy.cut()
        load.stop.set()
    for each in running:
        each.result()

    assert load.statuses == {200}
    assert len(meanwhile) > 20
    assert (
        median(meanwhile) < 2 * usual
    )  # how much it really is, the load test measures; here nobody waits for a broker
    assert load.most_threads <= threads_before + 3
    until(lambda: small_service.effects_of(stack.database) == dict.fromkeys(load.ids, 1), seconds=30)
    until(lambda: client.get("/readyz").get_json()["status"] == "up")
    assert all(small_service.recorded(stack.database).values())
    assert stack.bus.dead("small") == []
