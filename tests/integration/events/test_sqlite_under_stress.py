"""The embedded defaults take many writers and sudden deaths (EV-24)."""

import sqlite3
from pathlib import Path

import pytest

from tests.integration.events.conftest import Stack
from tests.support import small_service
from tests.support.polling import until

pytestmark = pytest.mark.parametrize("stack", ["embedded"], indirect=True)


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///").partition("?")[0])


def is_sound(path: Path) -> bool:
    connection = sqlite3.connect(path, timeout=30)
    try:
        return bool(connection.execute("PRAGMA integrity_check").fetchone() == ("ok",))
    finally:
        connection.close()


def test_eight_processes_write_five_hundred_times_each_and_none_finds_it_locked(stack: Stack) -> None:
    processes = [stack.start("write", COUNT="500") for _ in range(8)]

    for process in processes:
        process.join(120)

    assert [process.exitcode for process in processes] == [0] * 8
    assert small_service.customers_changed(stack.database) == len(small_service.recorded(stack.database)) == 4000


def test_fifty_sudden_deaths_leave_both_files_sound(stack: Stack) -> None:
    written = 0
    for _ in range(50):
        process = stack.start("write", COUNT="100000")
        until(lambda written=written: small_service.customers_changed(stack.database) > written, every=0.005)
        process.kill()
        process.join()
        written = small_service.customers_changed(stack.database)
        stack.relay().run_once()

    assert is_sound(file_of(stack.database_url))
    assert is_sound(file_of(stack.bus_url))
    assert len(small_service.recorded(stack.database)) == written
