"""A broker whose queues are not as declared: said clearly, not ready, and well again once it is mended (EV-06)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pika
import pytest
from flask.testing import FlaskClient
from pika.adapters.blocking_connection import BlockingChannel

from shared import worker
from shared.settings import CommonSettings
from shared.web import create_app
from tests.integration.events.conftest import Stack
from tests.support import small_service
from tests.support.polling import until

pytestmark = pytest.mark.parametrize("stack", ["servers"], indirect=True)
"""A file has queues without properties, and dead letters beside the others."""


@contextmanager
def operator(stack: Stack) -> Iterator[BlockingChannel]:
    """Somebody at the broker."""
    connection = pika.BlockingConnection(pika.URLParameters(stack.bus_url))
    yield connection.channel()
    connection.close()


@pytest.fixture
def web(stack: Stack) -> FlaskClient:
    """The small service's web process."""
    settings = CommonSettings(
        database_url=stack.database_url,
        bus_url=stack.bus_url,
        public_url="http://localhost:8080",
        auth_url="http://127.0.0.1:9",
        log_level="error",
    )
    return create_app("small", settings=settings, database=stack.database, adapters=object()).test_client()


def ready(web: FlaskClient) -> tuple[int, dict[str, Any]]:
    answer = web.get("/readyz")
    return answer.status_code, answer.get_json()


def test_a_queue_with_other_properties_is_named_by_worker_and_readiness_until_it_is_gone(
    stack: Stack, web: FlaskClient, tmp_path: Path
) -> None:
    with operator(stack) as channel:
        channel.queue_delete("small")
        channel.queue_declare("small", durable=True, arguments={"x-queue-type": "quorum", "x-max-length": 7})
    log = tmp_path / "log"

    stack.start("worker", LOG=str(log))

    line = until(lambda: next((each for each in _lines(log) if '"bus.differs"' in each), ""))
    status, answer = ready(web)
    assert (status, answer["status"], answer["database"], answer["bus"]) == (503, "down", "up", "up")
    for said in (line, answer["topology"]):
        assert "for queue 'small' in vhost" in said
        assert "inequivalent arg 'x-" in said
    with operator(stack) as channel:
        channel.queue_delete("small")
    until(lambda: ready(web) == (200, {"status": "up", "database": "up", "bus": "up"}), seconds=40)
    (event_id,) = stack.change()
    until(lambda: small_service.effects_of(stack.database) == {event_id: 1})


def test_a_dead_letter_queue_that_went_missing_is_named_and_made_again(
    stack: Stack, web: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ready(web)[0] == 200
    with operator(stack) as channel:
        channel.queue_delete("small.dead")

    status, answer = until(lambda: found if (found := ready(web))[0] != 200 else None)
    assert (status, answer["status"]) == (503, "down")
    assert "no queue 'small.dead'" in answer["topology"]

    monkeypatch.setattr(worker, "_CHECK_EVERY", 0.1)
    _work(stack)
    until(lambda: ready(web)[0] == 200)
    with operator(stack) as channel:
        channel.queue_delete("small.dead")
    stack.change(display_name="fail")
    until(lambda: len(stack.bus.dead("small")) == 1)
    assert ready(web)[0] == 200


def test_a_bus_that_is_away_is_no_reason_to_send_nobody_here(stack: Stack) -> None:
    settings = CommonSettings(
        database_url=stack.database_url,
        bus_url="amqp://guest:guest@127.0.0.1:1/%2F",
        public_url="http://localhost:8080",
        auth_url="http://127.0.0.1:9",
        log_level="error",
    )
    web = create_app("small", settings=settings, database=stack.database, adapters=object()).test_client()

    assert ready(web) == (200, {"status": "degraded", "database": "up", "bus": "down"})


def _work(stack: Stack) -> None:
    """The small service's worker, in this process, until the test ends."""
    working = worker.Worker(
        service="small",
        database=stack.database,
        bus_url=stack.bus_url,
        handlers=small_service.HANDLERS,
        jobs=(),
        adapters=None,
        patience=small_service.QUICK,
    )
    thread = threading.Thread(target=working.run, daemon=True)
    thread.start()
    stack.exits.callback(thread.join, 20)
    stack.exits.callback(working.stop.set)


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []
