"""A customer tops up by card, the bank asks, a card is declined, and the next renewal is paid with credit."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_billing_journey import ASKS_THE_BANK, FAILS_LATER, GOOD, Shop, add_card, enter_card, key
from tests.e2e.test_portal_journey import EMAIL, sign_in
from tests.support.browser import Visit
from tests.support.gallery import look
from tests.support.stack import Stack, a_stack
from tests.support.vendors import Vendor

OFFERED = {"enabled": True, "currency": "EUR", "amounts": [1500, 3000], "minimum": 500, "maximum": 20000}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One of their own: how often one address may ask for a sign-in counts for the whole system."""
    with a_stack(Path(tmp_path_factory.mktemp("wallet"))) as running:
        yield running


@pytest.fixture
def shop(vendor: Vendor) -> Shop:
    configuration = vendor.get("/v1/portal_configurations?is_default=true")["data"][0]["id"]
    vendor.patch(f"/v1/portal_configurations/{configuration}", {"features": {"wallet": OFFERED}})
    product = vendor.post("/v1/products", {"name": "Studio", "tax_rate": 1900, "tax_behavior": "inclusive"})["id"]
    plan = {"product": product, "currency": "EUR", "interval": "month", "name": "Solo", "unit_amount": 1000}
    solo = vendor.post("/v1/plans", plan)["id"]
    return Shop(vendor, vendor.customer(EMAIL, display_name="Mira Tessaly")["id"], solo, solo)


def choose(page: Page, shop: Shop, amount: str) -> None:
    page.goto(shop.path("/balance"))
    page.get_by_role("link", name="Top up credit").click()
    page.get_by_label("Another amount").fill(amount)
    page.get_by_role("button", name="Continue").click()


@pytest.mark.feature("C27")
@pytest.mark.parametrize("how", [{}, {"phone": True, "dark": True}], ids=["desktop", "dark"])
def test_credit_is_topped_up_and_pays_the_next_renewal(shop: Shop, visit: Visit, how: dict[str, bool]) -> None:
    name = "dark" if how else "desktop"
    page = visit(**how)
    sign_in(page, shop.vendor)
    add_card(page, shop, GOOD)
    shop.subscribe()
    page.goto(shop.path("/balance"))
    look(page, f"balance-none-{name}")
    page.get_by_role("link", name="Top up credit").click()
    look(page, f"top-up-choose-{name}")
    page.get_by_role("radio", name="€15.00").check()
    page.get_by_role("button", name="Continue").click()
    look(page, f"top-up-{name}")
    page.get_by_role("button", name="Pay €15.00").click()
    expect(page.get_by_role("heading", name="€15.00 paid")).to_be_visible()

    shop.vendor.post(
        "/v1/credits",
        {"customer": shop.customer, "amount": 250, "currency": "EUR", "description": "Sorry for the wait"},
        headers=key(),
    )
    shop.later("1mo")
    page.goto(shop.path("/balance"))

    expect(page.locator("[data-left=EUR]")).to_have_text("€7.50")
    expect(page.locator("[data-moved]")).to_have_count(3)
    look(page, f"balance-{name}")


@pytest.mark.feature("C27")
def test_the_bank_asks_and_a_declined_card_owes_nothing(shop: Shop, visit: Visit) -> None:
    page = visit()
    sign_in(page, shop.vendor)
    page.goto(shop.path("/payment-methods/new"))
    page.get_by_role("button", name="Go to the card form").click()
    enter_card(page, ASKS_THE_BANK)
    page.get_by_role("button", name="Yes, confirm").click()
    expect(page.get_by_text("The card was added.")).to_be_visible()
    choose(page, shop, "12.34")
    page.get_by_role("button", name="Pay €12.34").click()
    page.get_by_role("button", name="Yes, confirm").click()
    expect(page.get_by_role("heading", name="€12.34 paid")).to_be_visible()

    add_card(page, shop, FAILS_LATER)
    choose(page, shop, "20.00")
    page.get_by_role("radio", name="0341").check()
    page.get_by_role("button", name="Pay €20.00").click()
    look(page, "top-up-declined")
    page.goto(shop.path("/balance"))
    expect(page.locator("[data-left=EUR]")).to_have_text("€12.34")
