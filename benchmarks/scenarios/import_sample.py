"""The file of 6,919 real payments, from `bursar import` to the last issued invoice, on the embedded defaults and on
PostgreSQL with RabbitMQ; beside it the floor: as many one-row transactions, one after the other, on the same disk."""

import sqlite3
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from benchmarks import memory, servers
from benchmarks.measure import Measure
from tests.support.polling import until
from tests.support.stack import a_stack
from tests.support.vendors import Vendor, register

SAMPLE = Path(__file__).parents[2] / "tests" / "data" / "cdnow-sample.csv"
ROWS = 6_919


def run() -> list[Measure]:
    found = []
    with tempfile.TemporaryDirectory() as folder:
        found.append(
            Measure(name="floor: 6,919 commits of one row, SQLite", value=_floor(Path(folder)), unit="s", goal="")
        )
    found += _measured("embedded", {})
    with servers.started() as environment:
        found += _measured("PostgreSQL and RabbitMQ", environment)
    return found


def _measured(name: str, extra: Mapping[str, str]) -> list[Measure]:
    with tempfile.TemporaryDirectory() as folder, a_stack(Path(folder), extra=extra) as stack:
        vendor = register(stack, "CD Shop")
        with memory.watched(stack.process.pid) as peaks:
            started = time.perf_counter()
            stack.bursar("import", "payments", str(SAMPLE), "--vendor", vendor.slug, "--mode", "test")
            imported = time.perf_counter() - started
            until(lambda: _issued(vendor), seconds=600, every=0.5, what="all invoices are issued")
            issued = time.perf_counter() - started
    return [
        Measure(name=f"{name}: rows imported", value=imported, unit="s", goal=""),
        Measure(name=f"{name}: last invoice issued", value=issued, unit="s", goal="at most 60 s"),
        Measure(name=f"{name}: largest process", value=max(peaks.values()) / 2**20, unit="MB", goal="under 200 MB"),
        Measure(name=f"{name}: median process", value=median(peaks.values()) / 2**20, unit="MB", goal=""),
    ]


def _issued(vendor: Vendor) -> bool:
    """Whether the last number is given: a cheap question, so that asking does not slow down what is measured."""
    found: list[object] = vendor.get("/v1/invoices", params={"number": str(ROWS)})["data"]
    return bool(found)


def _floor(folder: Path) -> float:
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE row (value)")
    started = time.perf_counter()
    for value in range(ROWS):
        connection.execute("INSERT INTO row VALUES (?)", (value,))
    return time.perf_counter() - started
