"""A customer pays: a card at the processor, an upgrade, a failed renewal and its repair, the bank's question.

A real browser through nginx, axe at each stop, time moved by the vendor's test clock.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_portal_journey import EMAIL, SIZES, looks_right, sign_in
from tests.support.browser import Visit
from tests.support.polling import until
from tests.support.stack import Stack, a_stack
from tests.support.vendors import Vendor

_KEY = itertools.count(1)
GOOD, FAILS_LATER, ASKS_THE_BANK = "4242 4242 4242 4242", "4000 0000 0000 0341", "4000 0000 0000 3220"


@dataclass(frozen=True)
class Shop:
    """A vendor that sells one product in two plans, and its customer."""

    vendor: Vendor
    customer: str
    solo: str
    team: str

    def path(self, rest: str) -> str:
        return f"{self.vendor.stack.base_url}/p/{self.vendor.portal}{rest}"

    def subscribe(self) -> dict[str, Any]:
        """A subscription that the engine charges from now on."""
        body = {"customer": self.customer, "plan": self.solo, "collection": "automatic"}
        made: dict[str, Any] = self.vendor.post("/v1/subscriptions", body, headers=key())
        return made

    def state(self, subscription: dict[str, Any]) -> str:
        return str(self.vendor.get(f"/v1/subscriptions/{subscription['id']}")["status"])

    def later(self, by: str) -> None:
        self.vendor.post("/v1/test_clock/advance", {"by": by}, headers=key())


def key() -> dict[str, str]:
    return {"Idempotency-Key": f"journey-{next(_KEY)}"}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One of their own: how often one address may ask for a sign-in counts for the whole system."""
    with a_stack(tmp_path_factory.mktemp("billing")) as running:
        yield running


@pytest.fixture
def shop(vendor: Vendor) -> Shop:
    configuration = vendor.get("/v1/portal_configurations?is_default=true")["data"][0]["id"]
    update = {"enabled": True, "default_allowed_updates": ["price"]}
    vendor.patch(f"/v1/portal_configurations/{configuration}", {"features": {"subscription_update": update}})
    group = vendor.post("/v1/plan_groups", {"name": "Studio"})["id"]
    product = vendor.post("/v1/products", {"name": "Studio", "tax_rate": 1900, "tax_behavior": "inclusive"})["id"]
    plan = {"product": product, "plan_group": group, "currency": "EUR", "interval": "month"}
    solo, team = (
        vendor.post("/v1/plans", {**plan, "name": name, "unit_amount": cents})["id"]
        for name, cents in (("Solo", 1000), ("Team", 2500))
    )
    return Shop(vendor, vendor.customer(EMAIL, display_name="Mira Tessaly")["id"], solo, team)


def add_card(page: Page, shop: Shop, number: str) -> None:
    """On the processor's own page, and back."""
    page.goto(shop.path("/payment-methods/new"))
    looks_right(page)
    page.get_by_role("button", name="Go to the card form").click()
    enter_card(page, number)
    expect(page.get_by_text("The card was added.")).to_be_visible()
    looks_right(page)


def enter_card(page: Page, number: str) -> None:
    expect(page.get_by_role("heading", name="Enter your card")).to_be_visible()
    looks_right(page)
    page.get_by_label("Card number").fill(number)
    page.get_by_label("Expiry date").fill("12/40")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name="Save card").click()


def choose_team(page: Page, shop: Shop, subscription: dict[str, Any]) -> None:
    page.goto(shop.path(f"/subscriptions/{subscription['id']}/change"))
    looks_right(page)
    page.get_by_role("radio", name=re.compile("^Team")).check()
    expect(page.locator("#summary")).to_contain_text("Change to Team?")
    looks_right(page)


@pytest.mark.feature("C08", "C18", "D01", "D02", "D12")
@SIZES
def test_j15_a_card_is_added_and_an_upgrade_costs_what_was_shown(shop: Shop, visit: Visit, phone: bool) -> None:
    page = visit(phone=phone)
    sign_in(page, shop.vendor)
    add_card(page, shop, GOOD)
    expect(page.get_by_text("Visa ending in 4242").first).to_be_visible()
    subscription = shop.subscribe()

    choose_team(page, shop, subscription)
    shown = page.get_by_role("button", name=re.compile("Change and pay")).inner_text()
    page.get_by_role("button", name=re.compile("Change and pay")).click()

    expect(page.get_by_text("Done: you now have Team")).to_be_visible()
    paid = shop.vendor.get("/v1/payments", params={"customer": shop.customer})["data"][0]
    assert paid["status"] == "succeeded"
    assert f"{paid['total'] / 100:.2f}" in shown
    assert shop.vendor.invoices(2)[0]["total"] == paid["total"]


@pytest.mark.feature("D03", "D05", "D06", "D10", "L03", "M09")
@SIZES
def test_j12_past_due_is_told_and_a_new_card_restores_service_at_once(shop: Shop, visit: Visit, phone: bool) -> None:
    page = visit(phone=phone)
    sign_in(page, shop.vendor)
    add_card(page, shop, GOOD)
    subscription = shop.subscribe()
    add_card(page, shop, FAILS_LATER)
    cards = shop.vendor.get("/v1/payment_methods", params={"customer": shop.customer})["data"]
    failing = next(each["id"] for each in cards if each["last4"] == "0341")
    shop.vendor.post(f"/v1/payment_methods/{failing}/make_default", {}, headers=key())

    shop.later("1mo")

    assert shop.state(subscription) == "past_due"
    told = shop.vendor.mail("payment_failed", to=EMAIL)
    assert "€10.00" in told["text"]
    page.goto(shop.path(""))
    looks_right(page)
    expect(page.get_by_text("A payment of €10.00 is open")).to_be_visible()
    add_card(page, shop, GOOD)
    until(lambda: shop.state(subscription) == "active", seconds=10, what="service is restored")
    assert shop.vendor.mail("recovered", to=EMAIL)


@pytest.mark.feature("D04")
@SIZES
def test_j14_the_bank_is_told_no_then_yes_and_the_change_happens_once(shop: Shop, visit: Visit, phone: bool) -> None:
    page = visit(phone=phone)
    sign_in(page, shop.vendor)
    add_card(page, shop, GOOD)
    subscription = shop.subscribe()
    page.goto(shop.path("/payment-methods/new"))
    page.get_by_role("button", name="Go to the card form").click()
    enter_card(page, ASKS_THE_BANK)
    if "/sandbox/challenge/" in page.url:
        looks_right(page)
        page.get_by_role("button", name="Yes, confirm").click()
    cards = shop.vendor.get("/v1/payment_methods", params={"customer": shop.customer})["data"]
    asking = next(each["id"] for each in cards if each["last4"] == "3220")
    shop.vendor.post(f"/v1/payment_methods/{asking}/make_default", {}, headers=key())

    choose_team(page, shop, subscription)
    page.get_by_role("button", name=re.compile("Change and pay")).click()
    expect(page).to_have_url(re.compile("/sandbox/challenge/"))
    page.get_by_role("button", name="No").click()
    expect(page).to_have_url(re.compile(rf"/p/{shop.vendor.portal}"))
    looks_right(page)
    assert shop.vendor.get(f"/v1/subscriptions/{subscription['id']}")["plan"] == shop.solo

    choose_team(page, shop, subscription)
    page.get_by_role("button", name=re.compile("Change and pay")).click()
    expect(page).to_have_url(re.compile("/sandbox/challenge/"))
    looks_right(page)
    page.get_by_role("button", name="Yes, confirm").click()

    expect(page).to_have_url(re.compile(rf"/p/{shop.vendor.portal}"))
    now = shop.vendor.get(f"/v1/subscriptions/{subscription['id']}")
    assert now["plan"] == shop.team
    charged = [each for each in shop.vendor.all_of("/v1/payments") if each["status"] == "succeeded"]
    assert len(charged) == 2
