"""What it costs to know who asks: one row through the gateway on PostgreSQL, the identity answer cached and not.

The gateway keeps an identity answer for the rest of its second; a cookie that is new with each request makes it ask
auth each time. Beside them the floors: nginx itself, and the service at its own port with a passport.
"""

import itertools
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Final

import requests

from benchmarks import asking, servers
from benchmarks.asking import Question
from benchmarks.measure import Measure
from tests.support.stack import Stack, a_stack
from tests.support.vendors import register

TIMES: Final = 400
ROUNDS: Final = 5


def run() -> list[Measure]:
    with (
        servers.started() as environment,
        tempfile.TemporaryDirectory() as folder,
        a_stack(Path(folder), extra=environment) as stack,
    ):
        return _measured(stack)


def _measured(stack: Stack) -> list[Measure]:
    vendor = register(stack)
    path, key = f"/v1/customers/{vendor.customer()['id']}", {"Authorization": f"Bearer {vendor.test_key}"}
    questions = {
        "nginx": Question(stack.port, "/healthz"),
        "service": Question(stack.ports["portal"], path, fresh=_passport(stack, vendor.test_key)),
        "cached": Question(stack.port, path, key),
        "uncached": Question(stack.port, path, key, fresh=_another_cookie()),
    }
    taken: dict[str, list[float]] = {name: [] for name in questions}
    for _ in range(ROUNDS):  # in turns, so that what else the machine does falls on all alike
        for name, question in questions.items():
            taken[name] += asking.one_by_one(question, TIMES // ROUNDS)
    found = {name: median(each) * 1000 for name, each in taken.items()}
    return [
        _ms("floor: a request that nginx answers", found["nginx"]),
        _ms("floor: one row, at the service's own port", found["service"]),
        _ms("one row through the gateway, identity cached", found["cached"]),
        _ms("one row through the gateway, identity asked", found["uncached"]),
        _ms("asking auth adds", found["uncached"] - found["cached"], goal="at most 1.5 ms"),
        _ms(
            "gateway with the cached identity adds, less nginx",
            found["cached"] - found["service"] - found["nginx"],
            goal="not measurable",
        ),
    ]


def _another_cookie() -> Callable[[], Mapping[str, str]]:
    numbers = itertools.count()
    return lambda: {"Cookie": f"other={next(numbers)}"}


def _passport(stack: Stack, key: str) -> Callable[[], Mapping[str, str]]:
    """What the gateway would send along, asked anew while the old one is still good."""
    asked: dict[str, float | str] = {}

    def fresh() -> Mapping[str, str]:
        asked["count"] = float(asked.get("count", 0)) + 1
        if "passport" not in asked or float(asked["count"]) % 100 == 0:
            with requests.Session() as gateway:
                address = f"http://127.0.0.1:{stack.ports['auth']}/internal/identity"
                answer = gateway.get(address, headers={"Authorization": f"Bearer {key}"}, timeout=10)
            asked["passport"] = answer.headers["X-Passport"]
        return {"X-Passport": str(asked["passport"])}

    return fresh


def _ms(name: str, value: float, *, goal: str = "") -> Measure:
    return Measure(name=f"{name} (median)", value=value, unit="ms", goal=goal)
