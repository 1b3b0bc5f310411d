"""What goes wrong, and hands that use no mouse: declines, a session that ends in a form, two tabs, the keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_journeys_changing import entered, state
from tests.e2e.test_portal_journey import SIZES, looks_right
from tests.support.browser import Visit
from tests.support.plain_deeds import EMAIL
from tests.support.states import GOOD, Shop, open_shop
from tests.support.vendors import Vendor, code_in

NO_MONEY, EXPIRED, NO_ANSWER = "4000 0000 0010 1107", "4000 0000 0010 1206", "4000 0000 0000 5043"
FOCUSED = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return { name: at.innerText || at.value || "", seen: style.outlineStyle !== "none" || at.matches("h1, main, body"),
           covered: !!top && !at.contains(top) && !top.contains(at) && !at.matches("input[type=radio]") };
}"""


@pytest.fixture
def shop(vendor: Vendor) -> Shop:
    return open_shop(vendor)


@SIZES
def test_j13_each_decline_says_why_and_no_answer_says_do_not_pay_again(shop: Shop, visit: Visit, phone: bool) -> None:
    page, customer = entered(shop, visit, phone)
    shop.add_card(page, NO_MONEY)
    subscription = shop.subscribe(customer, plan=shop.trial, quantity=1, collection="automatic")
    shop.later("14d")

    page.goto(shop.home)
    expect(page.get_by_text("There was not enough money on this card").first).to_be_visible()
    looks_right(page)
    for number, said in ((EXPIRED, "This card has expired"), (NO_ANSWER, "We ask the bank|not pay again|checked")):
        shop.add_card(page, number)
        if re.search("/payment-methods", page.url) and number == EXPIRED:
            page.goto(shop.home)
        expect(page.get_by_text(re.compile(said)).first).to_be_visible()
        looks_right(page)
        page.goto(f"{shop.home}/payment-methods")
        looks_right(page)
    assert state(shop, subscription)["status"] == "past_due"


@SIZES
def test_j37_a_session_that_ends_in_a_form_a_double_click_and_two_tabs(shop: Shop, visit: Visit, phone: bool) -> None:
    page, customer = entered(shop, visit, phone)
    subscription = shop.subscribe(customer)
    page.goto(f"{shop.home}/tickets/new")
    page.get_by_label("Subject").fill("Our new address")
    page.get_by_label(re.compile("message", re.IGNORECASE)).fill("Hafenstrasse 4, Hamburg")
    shop.vendor.post("/v1/portal_sessions/revoke", {"customer": customer})
    page.wait_for_timeout(1500)  # an ended session is known everywhere within a second
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_label("E-mail address")).to_be_visible()
    looks_right(page)
    page.get_by_label("E-mail address").fill("mira@tessaly.example")
    page.get_by_role("button", name="Send link and code").click()
    page.get_by_label("Six-digit code").fill(code_in(shop.vendor.mail("sign_in", to="mira@tessaly.example")))
    expect(page.get_by_text("What you entered is back")).to_be_visible()
    expect(page.get_by_label("Subject")).to_have_value("Our new address")
    expect(page.get_by_label(re.compile("message", re.IGNORECASE))).to_have_value("Hafenstrasse 4, Hamburg")
    looks_right(page)
    page.get_by_role("button", name="Send").dblclick()
    expect(page.get_by_role("heading", name="Our new address")).to_be_visible()
    assert len(shop.vendor.all_of("/v1/tickets")) == 1

    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(f"{shop.home}/subscriptions/{subscription['id']}/cancellation")
    page.get_by_role("button", name="Cancel subscription").click()
    expect(page.get_by_text("Team is canceled")).to_be_visible()
    other.get_by_role("button", name="Cancel subscription").click()
    expect(other.get_by_text(re.compile("Ends on|is canceled")).first).to_be_visible()
    looks_right(other)
    assert state(shop, subscription)["status"] == "canceled"


@SIZES
def test_j37_without_scripts_what_was_typed_is_back_after_signing_in(shop: Shop, visit: Visit, phone: bool) -> None:
    with_scripts, customer = entered(shop, visit, phone)  # the vendor's link needs them
    page = visit(phone=phone, scripts=False)
    page.context.add_cookies([{**each} for each in with_scripts.context.cookies()])  # type: ignore[typeddict-item]
    page.goto(f"{shop.home}/tickets/new")
    page.get_by_label("Subject").fill("Our new address")
    page.get_by_label(re.compile("message", re.IGNORECASE)).fill("Hafenstrasse 4,\nHamburg")
    shop.vendor.post("/v1/portal_sessions/revoke", {"customer": customer})
    page.wait_for_timeout(1500)  # an ended session is known everywhere within a second
    page.get_by_role("button", name="Send").click()

    shop.vendor.stack.let_an_hour_pass()
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_role("button", name="Send link and code").click()
    page.get_by_label("Six-digit code").fill(code_in(shop.vendor.mail("sign_in", to=EMAIL)))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("What you entered is back")).to_be_visible()
    expect(page.get_by_label("Subject")).to_have_value("Our new address")
    expect(page.get_by_label(re.compile("message", re.IGNORECASE))).to_have_value("Hafenstrasse 4,\nHamburg")
    assert shop.vendor.all_of("/v1/tickets") == []
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Our new address")).to_be_visible()
    assert len(shop.vendor.all_of("/v1/tickets")) == 1


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on what is called so; on the way it is always to be seen, and never covered."""
    for _ in range(80):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        assert found["seen"], (page.url, found)
        assert not found["covered"], (page.url, found)
        if name in found["name"]:
            return
    raise AssertionError(f"no focus reaches {name!r} on {page.url}")


@pytest.mark.feature("I05")
@SIZES
def test_j29_by_keyboard_alone_cancel_undo_and_a_new_card(shop: Shop, visit: Visit, phone: bool) -> None:
    page, customer = entered(shop, visit, phone)
    subscription = shop.subscribe(customer)
    page.goto(shop.home)

    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["name"] == "Skip to content"
    page.keyboard.press("Enter")
    tab_to(page, "Cancel subscription")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Cancel Team?")).to_be_visible()
    tab_to(page, "Cancel subscription")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Team is canceled")).to_be_visible()
    looks_right(page)
    assert state(shop, subscription)["status"] == "canceled"
    tab_to(page, "Undo cancellation")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Team goes on")).to_be_visible()

    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("details.menu[open]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("summary").first).to_be_focused()

    tab_to(page, "Add a payment method")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/payment-methods$"))
    tab_to(page, "Add a card")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/payment-methods/new"))
    tab_to(page, "Go to the card form")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Enter your card")).to_be_visible()
    page.get_by_label("Card number").focus()
    for typed in (GOOD, "12/40", "123"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The card was added.")).to_be_visible()
    looks_right(page)
