"""Webhooks to a receiver on this machine, on PostgreSQL and RabbitMQ: how many a second, and beside one that hangs.

Floor: the same body posted to the same receiver by the same number of threads, without anything written down.
"""

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import quantiles
from typing import Final

import requests

from benchmarks import servers
from benchmarks.measure import Measure
from services.notifications.adapters.webhooks import EACH
from tests.support.polling import until
from tests.support.receivers import Receiver, receiver
from tests.support.stack import a_stack
from tests.support.vendors import Vendor, register

EVENTS: Final = 1_500
BESIDE: Final = 60
TYPE: Final = "customer.created"


def run() -> list[Measure]:
    with (
        servers.started() as environment,
        tempfile.TemporaryDirectory() as folder,
        a_stack(Path(folder), extra={**environment, "WEBHOOK_LOCALHOST": "true"}) as stack,
        receiver() as quick,
        receiver() as hanging,
    ):
        vendor = register(stack)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: vendor.customer(f"person-{number}@shop.example"), range(EVENTS)))
        until(lambda: _kept(vendor, EVENTS), seconds=120, what="the events are kept")
        rate = _rate(vendor, quick)
        floor = _floor(quick)
        hanging.hold.clear()
        vendor.post("/v1/webhook_endpoints", {"url": hanging.url, "events": [TYPE]})
        delays = _beside(vendor, quick)
        hanging.hold.set()
    p95 = quantiles(delays, n=20)[-1]
    return [
        Measure(name="floor: the same posts, nothing written down", value=floor, unit="/s", goal=""),
        Measure(name="webhooks delivered, one worker", value=rate, unit="/s", goal="at least 150/s"),
        Measure(
            name="customer made to webhook heard, beside one that hangs (p95)", value=p95, unit="s", goal="under 2 s"
        ),
    ]


def _kept(vendor: Vendor, count: int) -> bool:
    found, place = 0, ""
    while True:
        page = vendor.get(f"/v1/events?type={TYPE}&limit=100{place}")
        found += len(page["data"])
        if not page["has_more"] or found >= count:
            return found >= count
        place = f"&starting_after={page['data'][-1]['id']}"


def _rate(vendor: Vendor, quick: Receiver) -> float:
    endpoint = vendor.post("/v1/webhook_endpoints", {"url": quick.url, "events": [TYPE]})
    started = time.perf_counter()
    vendor.post(f"/v1/webhook_endpoints/{endpoint['id']}/resend", {})
    until(lambda: len(quick.arrived) >= EVENTS, seconds=120, what="all webhooks")
    return EVENTS / (time.perf_counter() - started)


def _floor(quick: Receiver) -> float:
    first = quick.arrived[0]
    started = time.perf_counter()
    with requests.Session() as browser, ThreadPoolExecutor(EACH) as pool:
        list(pool.map(lambda _: browser.post(quick.url, data=first.body, headers=first.headers), range(EVENTS)))
    return EVENTS / (time.perf_counter() - started)


def _beside(vendor: Vendor, quick: Receiver) -> list[float]:
    """Seconds from the request that makes a customer to their webhook, one after another."""
    delays = []
    for number in range(BESIDE):
        seen, started = len(quick.arrived), time.perf_counter()
        vendor.customer(f"late-{number}@shop.example")
        while len(quick.arrived) == seen:
            time.sleep(0.002)
        delays.append(time.perf_counter() - started)
    return delays
