"""From the request for a sign-in mail to the mail handed over, on the embedded defaults. Floor: nginx by itself."""

import re
import tempfile
import time
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from benchmarks.measure import Measure
from shared import clock
from tests.support.polling import until
from tests.support.stack import a_stack
from tests.support.vendors import Vendor, register

TIMES = 60
_FIELD = re.compile(r'name="csrf_token" value="(\w+)"')


class _From(HTTPAdapter):
    """Comes from an address of its own: one may ask twenty times an hour."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *given: Any, **options: Any) -> None:
        super().init_poolmanager(*given, source_address=(self._address, 0), **options)


def run() -> list[Measure]:
    with tempfile.TemporaryDirectory() as folder, a_stack(Path(folder)) as stack:
        vendor = register(stack)
        asked = [_ask(vendor, number) for number in range(TIMES)]
        sent = until(lambda: _sent(vendor), seconds=60, what="all mails are handed over")
        floor = [_timed(lambda: stack.request("GET", "/healthz")) for _ in range(TIMES)]
    taken = sorted((sent[email] - at) * 1000 for email, at in asked)
    return [
        Measure(name="floor: a request that nginx answers (median)", value=median(floor) * 1000, unit="ms", goal=""),
        Measure(name="asked to handed over (median)", value=median(taken), unit="ms", goal="under 300 ms"),
        Measure(name="asked to handed over (p95)", value=quantiles(taken, n=20)[-1], unit="ms", goal=""),
    ]


def _ask(vendor: Vendor, number: int) -> tuple[str, float]:
    """Ask for a mail as a browser would; to whom, and when."""
    email = f"person-{number}@shop.example"
    vendor.customer(email)
    origin = f"http://127.0.0.1:{vendor.stack.port}"
    address = f"{origin}/p/{vendor.portal}/sign-in"
    with requests.Session() as browser:
        browser.mount("http://", _From(f"127.0.0.{2 + number}"))
        token = _FIELD.search(browser.get(address, timeout=10).text)
        assert token
        time.sleep(0.15)  # the customer's event has reached auth
        at = clock.now().timestamp()
        answer = browser.post(
            address,
            data={"csrf_token": token[1], "email": email},
            headers={"Origin": origin},
            timeout=10,
        )
        assert answer.ok, answer.text
    return email, at


def _sent(vendor: Vendor) -> dict[str, float] | None:
    mails = [each for each in vendor.all_of("/v1/messages") if each["kind"] == "sign_in" and each["sent_at"]]
    found = {each["to"]: datetime.fromisoformat(each["sent_at"]).timestamp() for each in mails}
    return found if len(found) == TIMES else None


def _timed(ask: object) -> float:
    started = time.perf_counter()
    assert callable(ask)
    ask()
    return time.perf_counter() - started
