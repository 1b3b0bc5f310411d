"""Every state of a customer, in every look: light, dark, phone, 320 px, right to left, forced colors. Axe at each."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Visit
from tests.support.every_page import walk
from tests.support.gallery import LOOKS, look
from tests.support.states import GOOD, everyone, open_shop
from tests.support.vendors import Vendor

SAYS = {
    "past_due": "A payment of €9.00 is open",
    "bank": "Your bank wants you to confirm this payment",
    "expiring": "expires soon",
    "empty": "No purchases with this e-mail",
    "trial": "Free trial",
    "active": "Renews on",
    "paused": "Withdraw the pause",
    "leaving": "Undo cancellation",
    "ended": "Subscribe again",
    "ticket": "You have an answer",
}
"""What each state says on the first page, in English."""


def seen(visit: Visit, name: str) -> Page:
    options: dict[str, Any] = dict(LOOKS[name])
    size = options.pop("size", None)
    page = visit(**options)
    if size:
        page.set_viewport_size(size)
    return page


@pytest.mark.feature("C01", "I05")
def test_every_state_says_what_matters_first_and_looks_right(vendor: Vendor, visit: Visit) -> None:
    shop = open_shop(vendor)
    made = everyone(shop, visit)
    for ticket in vendor.all_of("/v1/tickets"):
        vendor.post(f"/v1/tickets/{ticket['id']}/reply", {"message": "It is on your next invoice."})
    pages = {name: seen(visit, name) for name in LOOKS}

    for state, customer in made.items():
        for name, page in pages.items():
            page.context.clear_cookies()
            shop.enter(page, customer)
            look(page, f"{state}-{name}")
            if LOOKS[name].get("language") is None:
                expect(page.get_by_text(SAYS[state]).first).to_be_visible()
            assert page.locator("main .btn.primary").count() <= 1, (state, name)


@pytest.mark.feature("I05")
@pytest.mark.parametrize("name", ["dark", "arabic", "forced"])
def test_every_page_looks_right(vendor: Vendor, visit: Visit, name: str) -> None:
    shop = open_shop(vendor)
    customer = shop.customer("mira")
    page = seen(visit, name)
    shop.enter(page, customer)
    shop.add_card(page, GOOD)
    shop.subscribe(customer, collection="automatic")
    shop.act(shop.subscribe(customer, plan=shop.solo), "cancel", timing="at_period_end")

    walked = []
    for path in walk(page, shop.home):
        look(page, f"page{path.split('?')[0].replace('/', '-')[:60]}-{name}")
        walked.append(path)

    assert len(walked) > 15
