"""A worker does its parts, ends when it is told to, and comes back where it was (EV-21)."""

import os
import signal
import time
from pathlib import Path

import pytest

from shared import worker
from tests.integration.events.conftest import Stack
from tests.support import small_service
from tests.support.polling import until


def test_sigterm_under_load_ends_it_with_0_and_nothing_is_lost_or_doubled(stack: Stack) -> None:
    """EV-21: one message is in the middle of its work, hundreds wait."""
    ids = stack.change(100) + stack.change(2, display_name="slow") + stack.change_at_once(300)
    process = stack.start("worker")
    until(lambda: len(small_service.effects_of(stack.database)) > 20)

    os.kill(process.pid or 0, signal.SIGTERM)
    told_at = time.monotonic()
    process.join(25)

    assert process.exitcode == 0
    assert time.monotonic() - told_at < 25
    stack.start("worker")
    until(lambda: small_service.effects_of(stack.database) == dict.fromkeys(ids, 1), seconds=60)
    assert stack.bus.dead("small") == []


def test_a_message_in_the_middle_of_its_work_is_finished_after_sigterm(stack: Stack, tmp_path: Path) -> None:
    (event_id,) = stack.change(display_name="slow")
    process = stack.start("worker", MARK=str(tmp_path / "at work"))
    until((tmp_path / "at work").exists)

    os.kill(process.pid or 0, signal.SIGTERM)
    process.join(25)

    assert process.exitcode == 0
    assert small_service.effects_of(stack.database) == {event_id: 1}


def test_a_worker_whose_bus_is_not_there_waits_instead_of_ending(stack: Stack, tmp_path: Path) -> None:
    file = tmp_path / "beat"

    process = stack.start("worker", WORKER_HEARTBEAT=str(file), BUS_URL="amqp://guest:guest@127.0.0.1:1/%2F")

    until(file.exists)
    first = file.read_text()
    until(lambda: file.read_text() != first)
    assert process.is_alive()


def test_a_health_check_tells_whether_the_worker_beat_lately(
    stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "beat"
    monkeypatch.setenv("WORKER_HEARTBEAT", str(file))
    assert worker.check() == 1
    process = stack.start("worker", WORKER_HEARTBEAT=str(file))

    until(file.exists)
    assert worker.check() == 0

    process.kill()
    process.join()
    os.utime(file, (time.time() - 60, time.time() - 60))
    assert worker.check() == 1
