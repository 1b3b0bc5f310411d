"""What a page weighs on its way, whom it asks, and that nothing in it jumps."""

from playwright.sync_api import Request, Response

from tests.support.browser import Visit
from tests.support.states import open_shop
from tests.support.vendors import Vendor

MOST = {"document": 40_000, "stylesheet": 20_000, "script": 60_000}
"""Bytes: the page itself as it is, styles and scripts in all as they come over the wire."""
SHIFTS = """() => new Promise(tell => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().forEach(each => { sum += each.value; }))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => tell(sum), 500);
})"""


def test_the_first_page_is_light_asks_nobody_else_and_does_not_jump(vendor: Vendor, visit: Visit) -> None:
    shop = open_shop(vendor)
    customer = shop.customer("mira")
    subscriptions = [shop.subscribe(customer, plan=plan) for plan in (shop.solo, shop.team, shop.yearly)]
    for number in range(24):
        vendor.payment({"id": customer}, subscription=subscriptions[number % 3]["id"])
    vendor.invoices(24)
    page = visit()
    shop.enter(page, customer)
    asked: list[Request] = []
    answers: list[Response] = []
    page.on("request", lambda each: asked.append(each))
    page.on("response", lambda each: answers.append(each))

    page.reload()
    page.wait_for_load_state("networkidle")

    assert {request.url.split("/p/")[0].split("/static/")[0] for request in asked} == {vendor.stack.base_url}
    weights = dict.fromkeys(MOST, 0)
    for answer in answers:
        kind = answer.request.resource_type
        if kind == "document":
            weights[kind] += len(answer.body())
        elif kind in weights:
            weights[kind] += answer.request.sizes()["responseBodySize"]
    assert all(weights[kind] < most for kind, most in MOST.items()), weights
    assert page.evaluate(SHIFTS) < 0.01
