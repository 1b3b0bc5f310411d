"""A customer has something besides the plan: adds it and pays, takes it off, keeps it, has fewer. Axe at each stop."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_portal_journey import SIZES, looks_right
from tests.support.browser import Visit
from tests.support.states import ASKS_THE_BANK, GOOD, Shop, open_shop
from tests.support.vendors import Vendor


@pytest.fixture
def shop(vendor: Vendor) -> Shop:
    opened = open_shop(vendor)
    opened.features(subscription_addons={"enabled": True})
    return opened


def sell(shop: Shop, **more: Any) -> dict[str, Any]:
    """Backups for 5 EUR a month, five at most."""
    product = shop.vendor.get(f"/v1/plans/{shop.team}")["product"]
    body = {"product": product, "name": "Backups", "description": "A copy each night", "currency": "EUR"}
    made: dict[str, Any] = shop.vendor.post(
        "/v1/addons", {**body, "unit_amount": 500, "interval": "month", "maximum": 5, **more}
    )
    return made


def subscribed(shop: Shop, page: Page) -> dict[str, Any]:
    customer = shop.customer("mira")
    shop.enter(page, customer)
    shop.add_card(page, GOOD)
    return shop.subscribe(customer, collection="automatic", quantity=1)


def of(shop: Shop, subscription: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = shop.vendor.get(f"/v1/subscriptions/{subscription['id']}")
    return found


@pytest.mark.feature("C27")
@SIZES
def test_a_customer_adds_changes_takes_off_and_keeps_an_add_on(shop: Shop, visit: Visit, phone: bool) -> None:
    sell(shop)
    page = visit(phone=phone)
    subscription = subscribed(shop, page)
    shop.later("10d")
    address = f"{shop.home}/subscriptions/{subscription['id']}"

    page.goto(address)
    looks_right(page)
    page.get_by_role("link", name="Add Backups").click()
    expect(page.get_by_text("1 × Backups, from now on.")).to_be_visible()
    looks_right(page)
    page.get_by_label("Quantity").fill("2")
    page.get_by_role("button", name="See what it costs").click()
    expect(page.get_by_text("2 × Backups, from now on.")).to_be_visible()
    pay = page.get_by_role("button", name=re.compile("^Change and pay"))
    said = pay.inner_text()
    pay.click()

    expect(page.get_by_text("Your add-ons are changed")).to_be_visible()
    looks_right(page)
    payment = shop.vendor.get("/v1/payments", params={"customer": subscription["customer"]})["data"][0]
    assert f"€{payment['total'] / 100:.2f}" in said
    assert of(shop, subscription)["next_charge"]["total"] == 2900 + 1000

    page.get_by_role("link", name="Remove Backups").click()
    expect(page.get_by_text("is not charged again")).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name="Remove", exact=True).click()
    assert of(shop, subscription)["addons"][0]["next_quantity"] == 0
    looks_right(page)
    page.get_by_role("button", name="Keep it Backups").click()
    assert of(shop, subscription)["addons"][0]["next_quantity"] is None

    page.get_by_role("link", name="Change quantity Backups").click()
    page.get_by_label("Quantity").fill("1")
    page.get_by_role("button", name="See what it costs").click()
    page.get_by_role("button", name="Change", exact=True).click()
    assert of(shop, subscription)["addons"][0]["next_quantity"] == 1


@pytest.mark.feature("C27")
def test_the_bank_confirms_an_add_on_and_it_works_without_javascript(shop: Shop, visit: Visit) -> None:
    backups = sell(shop, maximum=1)
    page = visit()
    subscription = subscribed(shop, page)
    shop.add_card(page, ASKS_THE_BANK)
    plain = visit(scripts=False, storage_state=page.context.storage_state())

    plain.goto(f"{shop.home}/subscriptions/{subscription['id']}/addons/{backups['id']}")
    plain.get_by_role("button", name=re.compile("^Change and pay")).click()
    assert "/sandbox/challenge/" in plain.url
    plain.locator("button[value=confirm]").click()

    assert of(shop, subscription)["addons"][0]["addon"] == backups["id"]


@pytest.mark.feature("C27")
def test_the_page_is_right_in_arabic_and_in_the_dark(shop: Shop, visit: Visit) -> None:
    sell(shop)
    page = visit(phone=True, dark=True, language="ar")
    subscription = subscribed(shop, page)

    page.goto(f"{shop.home}/subscriptions/{subscription['id']}")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    looks_right(page)
    page.locator("[data-offer] a").click()
    looks_right(page)
