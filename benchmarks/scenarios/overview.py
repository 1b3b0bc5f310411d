"""A signed-in customer's first page through the gateway on PostgreSQL: three subscriptions, twenty-four invoices.

Beside it the floors, through the same gateway: an answer of nginx itself, and one row by the ORM as JSON. A web process
for each of the two cores (`WEB_CONCURRENCY=2`).
"""

import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks import asking, buyer, servers
from benchmarks.asking import Question
from benchmarks.buyer import Buyer
from benchmarks.measure import Measure
from shared import clock
from tests.support.polling import until
from tests.support.stack import Stack, a_stack

SUBSCRIPTIONS: Final = 3
INVOICES: Final = 24
TIMES: Final = 300
SECONDS: Final = 10


def run() -> list[Measure]:
    with (
        servers.started() as environment,
        tempfile.TemporaryDirectory() as folder,
        a_stack(Path(folder), extra={**environment, "WEB_CONCURRENCY": "2"}) as stack,
    ):
        return _measured(stack, _bought(stack))


def _measured(stack: Stack, who: Buyer) -> list[Measure]:
    cookies = "; ".join(f"{each.name}={each.value}" for each in who.browser.cookies)
    nginx = Question(stack.port, "/healthz")
    row = Question(
        stack.port,
        f"/v1/customers/{who.customer['id']}",
        {"Authorization": f"Bearer {who.vendor.test_key}"},
    )
    page = Question(stack.port, who.home, {"Cookie": cookies, "Accept-Language": "en", "Accept": "text/html"})
    floors = [asking.one_by_one(each, TIMES) for each in (nginx, row)]
    alone = asking.one_by_one(page, TIMES)
    rate = asking.as_fast_as_it_goes(page, TIMES * 2)
    row_rate = asking.as_fast_as_it_goes(row, TIMES * 2)
    half = asking.paced(page, rate=rate / 2, times=int(rate / 2 * SECONDS))
    cpu, row_cpu = (_processor_ms(stack, each) for each in (page, row))
    fast = median(floors[1])
    return [
        _ms("floor: a request that nginx answers (median)", median(floors[0])),
        _ms("floor: one row by the ORM, as JSON (median)", fast),
        Measure(name="floor: one row, 8 connections", value=row_rate, unit="/s", goal=""),
        Measure(name="floor: one row, CPU of portal", value=row_cpu, unit="ms", goal=""),
        _ms("page (median)", median(alone)),
        _ms("page (p99)", asking.percentile(alone, 0.99)),
        Measure(name="page to one row (median)", value=median(alone) / fast, unit="x", goal=""),
        Measure(name="page, CPU of portal", value=cpu, unit="ms", goal=""),
        Measure(name="page to one row, CPU", value=cpu / row_cpu, unit="x", goal="at most 6"),
        Measure(name="pages, 8 connections", value=rate, unit="/s", goal="at least 100/s"),
        _ms("page (p99) at half that rate", asking.percentile(half, 0.99), goal="under 80 ms"),
        Measure(name="page, HTML", value=len(page.ask()[1]) / 1024, unit="KB", goal=""),
    ]


def _processor_ms(stack: Stack, question: Question) -> float:
    """Of portal's web process, a request."""
    at = f"127.0.0.1:{stack.ports['portal']}"
    asked: Callable[[], object] = lambda: asking.one_by_one(question, TIMES * 2)  # noqa: E731 - said in a word
    return asking.processor_seconds(at, asked) * 1000 / (TIMES * 2 + asking.WARM)


def _bought(stack: Stack) -> Buyer:
    """A customer with all of it; each subscription's first charge brings an invoice of its own."""
    who = buyer.signed_in(stack)
    running = [who.subscribe(quantity=number + 1) for number in range(SUBSCRIPTIONS)]
    for number in range(INVOICES - SUBSCRIPTIONS):
        paid_at = (clock.now() - timedelta(days=30 * (number + 1))).isoformat()
        of = running[number % SUBSCRIPTIONS]["id"]
        who.vendor.payment(who.customer, subscription=of, paid_at=paid_at)
    who.vendor.invoices(INVOICES)
    address = f"{stack.base_url}{who.home}?locale=en"
    until(
        lambda: f"See all {INVOICES} invoices" in who.browser.get(address, timeout=30).text,
        seconds=30,
        what="the page shows every invoice",
    )
    return who


def _ms(name: str, seconds: float, *, goal: str = "") -> Measure:
    return Measure(name=name, value=seconds * 1000, unit="ms", goal=goal)
