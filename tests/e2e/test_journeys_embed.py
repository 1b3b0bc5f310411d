"""The widget's journeys, on desktop and phone, with axe at every stop."""

import re
import time
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_embed import GROWN, console, has_a_team_plan
from tests.integration.auth.signing import v2
from tests.support.browser import PHONE, violations
from tests.support.shop_page import ShopPage, confirm, frame_of, framed, heard, wait_for
from tests.support.vendors import Vendor
from tests.support.widgets import EMAIL, Guest, Widget, make_widget

SIZES: Final = pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
CANCEL: Final = re.compile("^Cancel subscription")
IN_SIGHT: Final = """() => { const at = document.querySelector('iframe').getBoundingClientRect();
  return at.top >= -1 && at.top < window.innerHeight }"""
SIDEWAYS: Final = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def a_page(guest: Guest, *, phone: bool) -> Page:
    page = guest()
    if phone:
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    return page


def looks_right(page: Page) -> None:
    """A stop: nothing that axe finds, nothing that is cut off at the side."""
    frame = frame_of(page)
    expect(framed(page).locator("main:not([aria-busy])")).to_be_attached()
    assert violations(frame) == []  # type: ignore[arg-type]
    assert not frame.evaluate(SIDEWAYS)


@SIZES
@pytest.mark.feature("A06", "A08", "B16")
def test_j08_hashes_of_both_kinds_sign_in_and_a_wrong_one_says_why_under_debug_alone(
    vendor: Vendor, shop_page: ShopPage, guest: Guest, phone: bool
) -> None:
    widget = make_widget(vendor, shop_page, sign_in={"direct_actions": []})
    has_a_team_plan(widget)
    secret = vendor.post("/v1/identity_secrets", {"name": "Signs v2"})
    at = int(time.time())
    who = {"kid": secret["id"], "vendor": vendor.id, "name": EMAIL, "mode": "test", "iat": at, "exp": at + 300}
    token, wrong = v2(secret["secret"], **who), widget.hash("somebody@else.example")

    for given in ({"hash": widget.hash()}, {"email": None, "hash": token}):
        page = a_page(guest, phone=phone)
        page.goto(widget.embed(**given))
        expect(framed(page).get_by_text("Team plan").first).to_be_visible()
        looks_right(page)

    for debug in (False, True):
        page = a_page(guest, phone=phone)
        lines = console(page)
        page.goto(widget.embed(hash=wrong, debug=debug))
        expect(framed(page).get_by_text("could not prove who you are")).to_be_visible()
        looks_right(page)
        assert page.evaluate("window.failed") == [{"code": "identity_refused"}]
        assert any("refused" in line and "[Bursar]" in line for line in lines) is debug
        assert not any(wrong in line or EMAIL in line for line in lines)


def fitting(page: Page) -> int:
    """The frame's height, once it is that of what it shows."""
    page.wait_for_function(GROWN)
    found: int = page.evaluate("document.querySelector('iframe').offsetHeight")
    return found


@SIZES
@pytest.mark.feature("B01")
def test_j09_the_widget_grows_shrinks_and_each_step_is_in_sight(widget: Widget, guest: Guest, phone: bool) -> None:
    has_a_team_plan(widget)
    page = a_page(guest, phone=phone)
    page.goto(widget.embed(before='<div style="block-size: 900px">Our shop</div>'))
    expect(framed(page).get_by_text("Team plan").first).to_be_visible()
    heights = [fitting(page)]
    looks_right(page)

    page.evaluate("document.querySelector('iframe').scrollIntoView({ block: 'end' })")
    framed(page).get_by_role("link", name=CANCEL).click()
    expect(framed(page).get_by_role("button", name=CANCEL)).to_be_visible()
    page.wait_for_function(IN_SIGHT)
    heights.append(fitting(page))
    looks_right(page)

    page.evaluate("window.handle.open('payment_method')")
    expect(framed(page).get_by_role("heading", name="Payment methods")).to_be_visible()
    heights.append(fitting(page))
    looks_right(page)

    page.evaluate("window.handle.open('overview')")
    expect(framed(page).get_by_text("Team plan").first).to_be_visible()
    heights.append(fitting(page))
    assert len(set(heights)) > 2, "higher and lower, as what is shown"


def a_widget_that_does_all(vendor: Vendor, page: ShopPage) -> tuple[Widget, dict[str, Any]]:
    """With a subscription of which everything may be changed."""
    helpdesk = vendor.post("/v1/helpdesks", {"name": "Help"})["id"]
    updates = ["price", "quantity", "promotion_code"]
    widget = make_widget(
        vendor,
        page,
        features={
            "subscription_update": {"enabled": True, "default_allowed_updates": updates},
            "subscription_pause": {"enabled": True},
            "tickets": {"enabled": True, "helpdesk": helpdesk},
        },
    )
    product = vendor.post(
        "/v1/products",
        {"name": "Studio", "unit_label": "seat", "adjustable_quantity": {"enabled": True, "minimum": 1, "maximum": 9}},
    )["id"]
    plan = vendor.post(
        "/v1/plans",
        {"product": product, "name": "Studio plan", "currency": "EUR", "interval": "month", "unit_amount": 900},
    )["id"]
    made = vendor.post("/v1/subscriptions", {"customer": vendor.customer(EMAIL)["id"], "plan": plan, "quantity": 2})
    vendor.post("/v1/coupons", {"code": "SPRING", "name": "Spring", "percent_off": 1000, "duration": "once"})
    return widget, made


@SIZES
@pytest.mark.feature("B15")
def test_j10_what_happens_reaches_the_pages_function_and_a_veto_stops_it(
    vendor: Vendor, shop_page: ShopPage, guest: Guest, phone: bool
) -> None:
    widget, subscription = a_widget_that_does_all(vendor, shop_page)
    page = a_page(guest, phone=phone)
    page.goto(widget.embed())
    wait_for(page, "post_load")
    frame, about = framed(page), {"subscription": subscription["id"]}

    def opened(section: str) -> None:
        page.evaluate("([section, id]) => window.handle.open(section, id)", [section, subscription["id"]])
        expect(frame.locator("h1").first).to_be_visible()

    opened("coupon")
    frame.get_by_label("Coupon code").fill("SPRING")
    frame.get_by_role("button", name="Apply").click()
    assert wait_for(page, "apply_coupon")[0] == {"state": "done", **about}
    looks_right(page)

    opened("quantity")
    frame.locator("input[name=quantity]").fill("1")
    frame.get_by_role("button", name="See what it costs").click()
    page.evaluate("window.vetoes = { pre_change_quantity: false }")
    confirm(page, re.compile("^Change"))
    expect(frame.get_by_text("The page around stopped this")).to_be_visible()
    looks_right(page)
    page.evaluate("window.vetoes = {}")
    confirm(page, re.compile("^Change"))
    assert wait_for(page, "change_quantity")[0]["state"] == "done"
    assert len(heard(page, "pre_change_quantity")) == 2

    opened("cancel")
    looks_right(page)
    confirm(page, CANCEL)
    assert wait_for(page, "cancel") == [{"state": "done", **about}]
    frame.get_by_role("button", name=re.compile("Undo|Keep")).first.click()
    assert wait_for(page, "undo_cancel")[0]["state"] == "done"

    page.evaluate("window.handle.open('tickets')")
    frame.get_by_role("link", name=re.compile("message|ticket|Write", re.IGNORECASE)).first.click()
    frame.get_by_label("Subject").fill("A question")
    frame.get_by_label("Your message").fill("When do you open?")
    looks_right(page)
    frame.get_by_role("button", name="Send").click()
    assert wait_for(page, "open_ticket")[0]["state"] == "done"

    page.evaluate("window.handle.logout()")
    assert wait_for(page, "sign_out") == [{"reason": "page"}]
    said = {each["event"] for each in page.evaluate("window.heard")}
    assert said >= {"pre_load", "post_load", "sign_in", "navigate", "click", "resize", "pre_cancel"}
    assert EMAIL not in str(page.evaluate("window.heard"))


@SIZES
@pytest.mark.feature("I03", "B01", "I04", "M16")
def test_j11_own_texts_right_to_left_and_dark(widget: Widget, guest: Guest, phone: bool) -> None:
    has_a_team_plan(widget)
    own = {"ar": {"overview.title": "كل ما لديك عندنا", "embed.address.title": "من أنت؟"}}
    page = a_page(guest, phone=phone)

    page.goto(widget.embed(locale="ar", theme="dark", translations=own))
    expect(framed(page).get_by_role("heading", name="كل ما لديك عندنا")).to_be_visible()
    frame = frame_of(page)
    assert frame.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    assert frame.evaluate("document.documentElement.dir") == "rtl"
    looks_right(page)
    page.evaluate("window.handle.logout()")
    expect(framed(page).get_by_role("heading", name="من أنت؟")).to_be_visible()
    assert frame_of(page).evaluate("document.documentElement.dir") == "rtl"
    looks_right(page)
