"""Customers change what they have: plan, quantity, coupon, pauses, coming back. Desktop and phone, axe at each stop."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_portal_journey import SIZES, looks_right
from tests.support.browser import Visit
from tests.support.polling import until
from tests.support.states import GOOD, Shop, open_shop
from tests.support.vendors import Vendor


@pytest.fixture
def shop(vendor: Vendor) -> Shop:
    return open_shop(vendor)


def entered(shop: Shop, visit: Visit, phone: bool, *, card: bool = False) -> tuple[Page, str]:
    """A customer who is signed in, with a card that pays if one is wanted."""
    page, customer = visit(phone=phone), shop.customer("mira")
    shop.enter(page, customer)
    if card:
        shop.add_card(page, GOOD)
    return page, customer


def state(shop: Shop, subscription: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = shop.vendor.get(f"/v1/subscriptions/{subscription['id']}")
    return found


def plan_solo(page: Page, shop: Shop, subscription: dict[str, Any]) -> None:
    """Choose the smaller plan: the summary beside it follows, and is confirmed there."""
    page.goto(f"{shop.home}/subscriptions/{subscription['id']}/change")
    looks_right(page)
    page.get_by_role("radio", name=re.compile("^Solo")).check()
    expect(page.locator("#summary")).to_contain_text("Change to Solo?")
    looks_right(page)
    page.locator("#summary").get_by_role("button", name="Change", exact=True).click()
    expect(page.get_by_text("The change is planned")).to_be_visible()
    looks_right(page)


@SIZES
def test_j16_a_downgrade_is_planned_withdrawn_planned_again_and_comes_on_its_day(
    shop: Shop, visit: Visit, phone: bool
) -> None:
    page, customer = entered(shop, visit, phone)
    subscription = shop.subscribe(customer)

    plan_solo(page, shop, subscription)
    assert state(shop, subscription)["scheduled_change"]["at"] == subscription["current_period_end"]
    page.get_by_role("button", name="Withdraw this change").click()
    expect(page.get_by_text("Team stays as it is")).to_be_visible()
    assert state(shop, subscription)["scheduled_change"] is None

    plan_solo(page, shop, subscription)
    shop.later("1mo")
    assert state(shop, subscription)["plan"] == shop.solo


@SIZES
def test_j17_the_quantity_changes_within_its_limits_and_says_them(shop: Shop, visit: Visit, phone: bool) -> None:
    page, customer = entered(shop, visit, phone, card=True)
    subscription = shop.subscribe(customer, collection="automatic")
    address = f"{shop.home}/subscriptions/{subscription['id']}/quantity"

    page.goto(address)
    looks_right(page)
    expect(page.get_by_text("From 1 to 10.")).to_be_visible()
    page.get_by_role("spinbutton", name="seat").fill("11")
    page.locator("form[action$=quantity] button").click()
    expect(page.get_by_text("Nothing was changed")).to_be_visible()
    looks_right(page)

    page.get_by_role("spinbutton", name="seat").fill("3")
    page.locator("form[action$=quantity] button").click()
    looks_right(page)
    page.get_by_role("button", name=re.compile("^Change and pay")).click()
    expect(page.get_by_text("Done: you now have Team")).to_be_visible()
    assert state(shop, subscription)["quantity"] == 3


@SIZES
def test_j18_a_coupon_is_valid_unknown_over_or_used_up_and_counts_on_coming_back(
    shop: Shop, visit: Visit, phone: bool
) -> None:
    page, customer = entered(shop, visit, phone, card=True)
    subscription = shop.subscribe(customer, collection="automatic")
    for code, more in (
        ("SPRING", {}),
        ("LATE", {"expires_at": "2020-01-01T00:00:00Z"}),
        ("ONCE", {"max_redemptions": 1}),
    ):
        shop.vendor.post("/v1/coupons", {"code": code, "name": code, "percent_off": 2000, **more})
    other = shop.subscribe(shop.customer("other"))
    shop.act(other, "coupon", code="ONCE")

    address = f"{shop.home}/subscriptions/{subscription['id']}"
    for code, said in (("NOSUCH", "no such code"), ("LATE", "not valid today"), ("ONCE", "uses of this code are gone")):
        page.goto(f"{address}/coupon")
        page.get_by_label("Coupon code").fill(code)
        page.get_by_role("button", name="Apply").click()
        expect(page.get_by_text(said)).to_be_visible()
        looks_right(page)
    page.get_by_label("Coupon code").fill("SPRING")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("SPRING is applied")).to_be_visible()
    looks_right(page)
    assert state(shop, subscription)["next_charge"]["total"] == 4640

    shop.act(subscription, "cancel", timing="immediately")
    shop.vendor.post("/v1/coupons", {"code": "BACK", "name": "Back", "percent_off": 5000})
    page.goto(f"{address}/resubscription")
    looks_right(page)
    page.get_by_label("Coupon code").fill("BACK")
    page.get_by_role("button", name="See what it costs").click()
    expect(page.get_by_role("button", name=re.compile("Subscribe and pay €29.00"))).to_be_visible()


@SIZES
def test_j19_pause_withdraw_pause_again_resume_early_and_by_itself(shop: Shop, visit: Visit, phone: bool) -> None:
    page, customer = entered(shop, visit, phone, card=True)
    subscription = shop.subscribe(customer, collection="automatic")

    def pause() -> None:
        page.goto(f"{shop.home}/subscriptions/{subscription['id']}/pause")
        looks_right(page)
        page.get_by_role("button", name="Pause", exact=True).click()
        expect(page.get_by_text("Team will pause")).to_be_visible()
        looks_right(page)

    pause()
    page.get_by_role("button", name="Withdraw the pause").click()
    expect(page.get_by_text("Team will not pause")).to_be_visible()
    pause()
    shop.later("1mo")
    assert state(shop, subscription)["status"] == "paused"

    page.goto(f"{shop.home}/subscriptions/{subscription['id']}/resumption")
    looks_right(page)
    page.get_by_role("button", name=re.compile("Resume and pay €58.00")).click()
    expect(page.get_by_text("Team goes on")).to_be_visible()
    assert state(shop, subscription)["status"] == "active"

    pause()
    shop.later("2mo")
    shop.later("10d")
    until(lambda: state(shop, subscription)["status"] == "active", seconds=20, what="the pause ended by itself")


@SIZES
def test_j25_subscribe_again_with_another_plan(shop: Shop, visit: Visit, phone: bool) -> None:
    page, customer = entered(shop, visit, phone, card=True)
    ended = shop.subscribe(customer, collection="automatic")
    shop.act(ended, "cancel", timing="immediately")
    page.goto(shop.home)
    looks_right(page)

    page.get_by_role("link", name="Subscribe again").click()
    looks_right(page)
    page.get_by_role("radio", name="Solo").check()
    page.get_by_role("button", name="See what it costs").click()
    looks_right(page)
    page.get_by_role("button", name=re.compile("Subscribe and pay")).click()

    expect(page.get_by_text(re.compile("You have .* again"))).to_be_visible()
    looks_right(page)
    [running] = [each for each in shop.vendor.all_of("/v1/subscriptions") if each["status"] == "active"]
    assert (running["plan"], running["resubscribed_from"]) == (shop.solo, ended["id"])
