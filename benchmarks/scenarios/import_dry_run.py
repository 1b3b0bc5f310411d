"""The dry run of a file of 5 MB of each kind that needs nothing beforehand, through the gateway, on PostgreSQL.

Floor: the same upload with a header that is refused, so that nothing but the upload is left.
"""

import tempfile
import time
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from statistics import median
from typing import Final

import requests

from benchmarks import buyer, servers
from benchmarks.measure import Measure
from tests.support.stack import Stack, a_stack
from tests.support.vendors import Vendor, register

SIZE: Final = 5_000_000  # bytes
TIMES: Final = 3
GOAL: Final = "under 5 s"
Row = Callable[[int], str]
KINDS: Final[Mapping[str, tuple[str, Row]]] = {
    "customers": (
        "email,customer_id,name,company,country",
        lambda n: f"person{n}@example.com,c-{n},Name {n},Company {n % 500},DE",
    ),
    "payments": (
        "email,date,description,amount,currency,customer_id,quantity,reference",
        lambda n: f"person{n % 20_000}@example.com,2026-01-31,Two seats,50.00,EUR,c-{n % 20_000},2,po-{n}",
    ),
}
"""By kind, the header and how a row is made."""


def run() -> list[Measure]:
    with (
        servers.started() as environment,
        tempfile.TemporaryDirectory() as folder,
        a_stack(Path(folder), extra=environment) as stack,
    ):
        vendor = register(stack)
        found = []
        for kind, (header, row) in KINDS.items():
            content = _content(header, row)
            floor = _seconds(stack, vendor, kind, content.replace(header, "nothing", 1), "refused")
            taken = _seconds(stack, vendor, kind, content, "checked")
            rows = content.count("\n") - 1
            found.append(Measure(name=f"floor: {kind}, the upload alone (median)", value=floor, unit="s", goal=""))
            found.append(Measure(name=f"{kind}, {rows:,} rows (median)", value=taken, unit="s", goal=GOAL))
        return found


def _seconds(stack: Stack, vendor: Vendor, kind: str, content: str, status: str) -> float:
    taken = []
    for _ in range(TIMES):
        started = time.perf_counter()
        answer = requests.Session().post(
            f"{stack.base_url}/v1/imports",
            data={"kind": kind, "dry_run": "true"},
            files={"file": (f"{kind}.csv", content.encode())},
            headers={"Authorization": f"Bearer {vendor.test_key}", **buyer.once()},
            timeout=300,
        )
        taken.append(time.perf_counter() - started)
        if answer.status_code != 201 or answer.json()["status"] != status:
            raise RuntimeError(f"{answer.status_code} {answer.text[:500]}")
    return median(taken)


def _content(header: str, row: Row) -> str:
    lines, size = [header], 0
    for number in count():
        lines.append(row(number))
        size += len(lines[-1]) + 1
        if size >= SIZE:
            return "\n".join([*lines, ""])
    raise AssertionError
