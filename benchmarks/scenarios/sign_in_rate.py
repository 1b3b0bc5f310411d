"""A hundred sign-in requests a second for a while, on PostgreSQL and RabbitMQ: does the mail fall behind?

Each request comes from an address of its own, for a customer of its own, spread over vendors as their limits ask.
Beside it the floor: how fast nginx itself answers.
"""

import itertools
import re
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Final

import requests

from benchmarks import asking, servers
from benchmarks.asking import Question
from benchmarks.measure import Measure
from shared import clock
from tests.support.polling import until
from tests.support.stack import Stack, a_stack
from tests.support.vendors import Vendor, register

RATE: Final = 100  # a second
SECONDS: Final = 20
VENDORS: Final = 4  # a vendor's portals are asked a thousand times an hour at most
AT_ONCE: Final = 24
_FIELD: Final = re.compile(r'name="csrf_token" value="(\w+)"')


def run() -> list[Measure]:
    with (
        servers.started() as environment,
        tempfile.TemporaryDirectory() as folder,
        a_stack(Path(folder), extra={**environment, "GATEWAY_TRUSTED_PROXY": "127.0.0.1"}) as stack,
    ):
        return _measured(stack)


def _measured(stack: Stack) -> list[Measure]:
    vendors = [register(stack) for _ in range(VENDORS)]
    people = [(vendor, number) for number in range(RATE * SECONDS // VENDORS) for vendor in vendors]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda each: each[0].customer(_email(each[1])), people))
    time.sleep(5)  # the customers' events have reached auth
    floor = asking.one_by_one(Question(stack.port, "/healthz"), 100)
    browsers = {vendor.id: _browser(vendor) for vendor in vendors}
    begin = clock.now().timestamp() + 0.5
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = list(pool.map(lambda each: _ask(begin, each[0], each[1], browsers), enumerate(people)))
    lasted = max(at for at, _ in asked) - begin
    delays = _delays(vendors, asked)
    quarter = len(delays) // 4
    return [
        _ms("floor: a request that nginx answers (median)", median(floor)),
        Measure(name="sign-in requests answered", value=len(asked) / lasted, unit="/s", goal=f"{RATE}/s sustained"),
        _ms("asked to answered (median)", median([taken for _, taken in asked])),
        _ms("asked to handed over (median)", median(delays), goal="under 150 ms"),
        _ms("asked to handed over (p99)", quantiles(delays, n=100)[-1]),
        Measure(
            name="delay of the last quarter to that of the first (median)",
            value=median(delays[-quarter:]) / median(delays[:quarter]),
            unit="x",
            goal="about 1: it does not grow",
        ),
    ]


def _email(number: int) -> str:
    return f"person-{number}@shop.example"


def _browser(vendor: Vendor) -> tuple[requests.Session, str]:
    """Cookies and the token of the form: the same for all, since a limit counts addresses, not browsers."""
    browser = requests.Session()
    browser.headers["Origin"] = vendor.stack.base_url
    token = _FIELD.search(browser.get(f"{vendor.stack.base_url}/p/{vendor.portal}/sign-in", timeout=30).text)
    assert token
    return browser, token[1]


_CLIENTS: Final = itertools.count(1)


def _ask(
    begin: float, order: int, whom: tuple[Vendor, int], browsers: dict[str, tuple[requests.Session, str]]
) -> tuple[float, float]:
    """When it was due and asked, and in how many seconds it was answered."""
    vendor, number = whom
    browser, token = browsers[vendor.id]
    due = begin + order / RATE
    time.sleep(max(0.0, due - clock.now().timestamp()))
    client = next(_CLIENTS)
    with requests.Session() as own:
        answer = own.post(
            f"{vendor.stack.base_url}/p/{vendor.portal}/sign-in",
            data={"csrf_token": token, "email": _email(number)},
            headers={
                "Origin": vendor.stack.base_url,
                "X-Forwarded-For": f"10.{client >> 16 & 255}.{client >> 8 & 255}.{client & 255}",
            },
            cookies=browser.cookies.get_dict(),
            allow_redirects=False,
            timeout=60,
        )
    assert answer.status_code == 303, answer.text
    return due, clock.now().timestamp() - due


def _delays(vendors: Sequence[Vendor], asked: Sequence[tuple[float, float]]) -> list[float]:
    """Seconds from asked to handed over, in the order of asking."""
    sent: list[tuple[float, float]] = []

    def all_sent() -> bool:
        sent.clear()
        for vendor in vendors:
            mails = [each for each in vendor.all_of("/v1/messages") if each["kind"] == "sign_in" and each["sent_at"]]
            sent.extend((_at(each["created_at"]), _at(each["sent_at"])) for each in mails)
        return len(sent) == len(asked)

    until(all_sent, seconds=120, what="all mails are handed over")
    handed_over = sorted(at for _, at in sent)
    return [at - due for (due, _), at in zip(sorted(asked), handed_over, strict=True)]


def _at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _ms(name: str, seconds: float, *, goal: str = "") -> Measure:
    return Measure(name=name, value=seconds * 1000, unit="ms", goal=goal)
