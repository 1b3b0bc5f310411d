"""All 10,000 invoices of a vendor as one ZIP, embedded: how long they take to make, when its first byte comes, and
what each process needs meanwhile. Floor: as many files of the same size, put into a ZIP by the standard library."""

import csv
import io
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks import memory
from benchmarks.measure import Measure
from tests.support.polling import until
from tests.support.stack import Stack, a_stack
from tests.support.vendors import Vendor, register

COUNT: Final = 10_000
YEAR: Final = "2024"
_CUSTOMERS: Final = 100
_CHUNK: Final = 64 * 1024  # bytes


def run() -> list[Measure]:
    with tempfile.TemporaryDirectory() as folder, a_stack(Path(folder)) as stack:
        vendor = register(stack, "Archive")
        _sell(stack, vendor, Path(folder))
        with memory.watched(stack.process.pid) as making:
            archive, made = _made(vendor)
        with memory.watched(stack.process.pid) as sending:
            first, whole, size = _fetched(stack, vendor, archive)
    return [
        Measure(
            name=f"floor: zipfile, {COUNT:,} files of {size // COUNT:,} bytes", value=_floor(size), unit="s", goal=""
        ),
        Measure(name=f"{COUNT:,} documents made, with checks and the list", value=made, unit="s", goal=""),
        Measure(name="first byte of the ZIP", value=first * 1000, unit="ms", goal="within 1 s"),
        Measure(name="last byte", value=whole, unit="s", goal=""),
        Measure(name="size of the ZIP", value=size / 2**20, unit="MB", goal=""),
        Measure(name="largest process while making", value=_largest(making), unit="MB", goal="under 150 MB"),
        Measure(name="largest process while sending", value=_largest(sending), unit="MB", goal="under 150 MB"),
    ]


def _sell(stack: Stack, vendor: Vendor, folder: Path) -> None:
    """Payments of one year, imported; done when the last of their invoices is issued."""
    file = folder / "payments.csv"
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("customer_id", "email", "date", "description", "quantity", "amount", "currency"))
        writer.writerows(_rows())
    stack.bursar("import", "payments", str(file), "--vendor", vendor.slug, "--mode", "test")

    def issued() -> bool:
        found: list[object] = vendor.get("/v1/invoices", params={"number": str(COUNT)})["data"]
        return bool(found)

    until(issued, seconds=600, every=0.5, what="all invoices are issued")


def _rows() -> Iterator[tuple[str, ...]]:
    for number in range(COUNT):
        day = f"{YEAR}-{number % 12 + 1:02}-{number % 28 + 1:02}"
        who = f"customer-{number % _CUSTOMERS}"
        yield (who, f"{who}@shop.example", day, "Team plan", "1", "29.00", "EUR")


def _made(vendor: Vendor) -> tuple[str, float]:
    """The archive, and how long it took, in seconds."""
    started = time.perf_counter()
    archive: str = vendor.post("/v1/invoice_archives", {"period": YEAR})["id"]

    def ready() -> bool:
        status: str = vendor.get(f"/v1/invoice_archives/{archive}")["status"]
        return status == "ready"

    until(ready, seconds=3600, every=0.5, what="the archive is made")
    return archive, time.perf_counter() - started


def _fetched(stack: Stack, vendor: Vendor, archive: str) -> tuple[float, float, int]:
    """Seconds to the first byte and to the last, and how many bytes there were."""
    path = f"/v1/invoice_archives/{archive}/file"
    started, first, size = time.perf_counter(), 0.0, 0
    with stack.request("GET", path, key=vendor.test_key, stream=True) as answer:
        for chunk in answer.iter_content(_CHUNK):
            first = first or time.perf_counter() - started
            size += len(chunk)
    return first, time.perf_counter() - started, size


def _floor(size: int) -> float:
    content = bytes(size // COUNT)
    started = time.perf_counter()
    with zipfile.ZipFile(io.BytesIO(), "w", zipfile.ZIP_STORED) as archive:
        for number in range(COUNT):
            archive.writestr(f"invoice-{number}.pdf", content)
    return time.perf_counter() - started


def _largest(peaks: dict[int, int]) -> float:
    return max(peaks.values()) / 2**20
