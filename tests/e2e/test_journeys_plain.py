"""J28, with JavaScript off: sign-in, every action of a customer, and downloads, on the hosted pages."""

import re
from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_journeys_changing import state
from tests.e2e.test_journeys_leaving import cancel_feature
from tests.e2e.test_portal_journey import SIZES
from tests.support.browser import Visit
from tests.support.plain_deeds import (
    EMAIL,
    a_request,
    cards,
    details,
    documents,
    language_data_and_the_way_out,
    money_back,
    pay_what_is_open,
    said,
)
from tests.support.states import GOOD, Shop, open_shop
from tests.support.vendors import Vendor, code_in

Deed = Callable[[Page, Shop, str], None]
"""What is done by the customer of this id, whose browser this is."""


@pytest.fixture
def shop(vendor: Vendor) -> Shop:
    vendor.stack.let_an_hour_pass()
    return open_shop(vendor)


def sign_in(page: Page, shop: Shop) -> None:
    """By the code, since what is in a link's fragment is for scripts."""
    page.goto(shop.home)
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_role("button", name="Send link and code").click()
    page.get_by_label("Six-digit code").fill(code_in(shop.vendor.mail("sign_in", to=EMAIL)))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text(f"Signed in as {EMAIL}")).to_be_visible()


def change_and_withdraw(page: Page, shop: Shop, customer: str) -> None:
    """C08 to C10, C15, C18 to C20."""
    shop.add_card(page, GOOD)
    had = shop.subscribe(customer, collection="automatic")
    at = f"{shop.home}/subscriptions/{had['id']}"
    page.goto(shop.home)
    page.get_by_role("link", name="Change plan").click()
    page.get_by_role("link", name=re.compile("^Yearly")).click()
    page.get_by_role("link", name="Monthly").click()
    page.get_by_role("radio", name=re.compile("^Solo")).check()
    page.get_by_role("button", name="See what it costs").first.click()
    said(page, "You lose")
    page.get_by_role("button", name="Change", exact=True).click()
    said(page, "The change is planned")
    page.get_by_role("button", name="Withdraw this change").click()
    said(page, "Team stays as it is")
    page.goto(f"{at}/quantity")
    page.locator("input[name=quantity]").fill("4")
    page.get_by_role("button", name="See what it costs").click()
    page.get_by_role("button", name=re.compile("^Change and pay")).click()
    said(page, "Done: you now have Team")
    assert state(shop, had)["quantity"] == 4


def coupon(page: Page, shop: Shop, customer: str) -> None:
    """C13."""
    shop.vendor.post("/v1/coupons", {"code": "SPRING", "name": "Spring", "percent_off": 2000})
    had = shop.subscribe(customer)
    page.goto(shop.home)
    page.get_by_role("link", name="Enter a coupon").click()
    for code, words in (("NOSUCH", "no such code"), ("SPRING", "SPRING is applied")):
        page.get_by_label("Coupon code").fill(code)
        page.get_by_role("button", name="Apply").click()
        said(page, words)
    page.get_by_role("button", name=re.compile("Remove|Take")).click()
    assert state(shop, had)["discount"] is None


def pause_and_resume(page: Page, shop: Shop, customer: str) -> None:
    """C17."""
    shop.add_card(page, GOOD)
    had = shop.subscribe(customer, collection="automatic")
    for _ in range(2):
        page.goto(shop.home)
        page.get_by_role("link", name="Pause").click()
        page.get_by_role("button", name="Pause", exact=True).click()
        said(page, "Team will pause")
        if state(shop, had)["status"] == "active" and page.get_by_role("button", name="Withdraw the pause").count():
            page.get_by_role("button", name="Withdraw the pause").click()
            said(page, "Team will not pause")
    page.goto(f"{shop.home}/subscriptions/{had['id']}/pause")
    page.get_by_role("button", name="Pause", exact=True).click()
    shop.later("1mo")
    page.goto(shop.home)
    page.get_by_role("link", name=re.compile("^Resume")).click()
    page.get_by_role("button", name=re.compile("^Resume and pay")).click()
    said(page, "Team goes on")
    assert state(shop, had)["status"] == "active"


def cancel_and_undo(page: Page, shop: Shop, customer: str) -> None:
    """C03, C04, C07, C16, with an offer on the way (D of `ui.md` page 7)."""
    cancel_feature(shop, offers=[{"kind": "pause"}])
    had = shop.subscribe(customer)
    page.goto(shop.home)
    page.get_by_role("link", name="Cancel subscription").click()
    said(page, "This ends with it")
    page.get_by_role("radio", name="It is too expensive").check()
    page.get_by_label("Anything else?").fill("Perhaps later.")
    page.get_by_role("button", name="Cancel subscription").click()
    said(page, "Before you go")
    page.get_by_role("button", name="Cancel now").click()
    said(page, "Team is canceled")
    assert state(shop, had)["cancellation_comment"] == "Perhaps later."
    page.get_by_role("button", name="Undo cancellation").first.click()
    said(page, "Team goes on")
    assert state(shop, had)["status"] == "active"


def accept_an_offer(page: Page, shop: Shop, customer: str) -> None:
    """C03, staying."""
    cancel_feature(shop, offers=[{"kind": "pause"}])
    had = shop.subscribe(customer)
    page.goto(f"{shop.home}/subscriptions/{had['id']}/cancellation")
    page.get_by_role("button", name="Cancel subscription").click()
    page.get_by_role("button", name=re.compile("^Pause")).click()
    said(page, "Team goes on")
    assert state(shop, had)["status"] == "active"


def cancel_at_once_and_come_back(page: Page, shop: Shop, customer: str) -> None:
    """C04, C11, C12, C14."""
    shop.add_card(page, GOOD)
    shop.vendor.post("/v1/coupons", {"code": "BACK", "name": "Back", "percent_off": 5000})
    had = shop.subscribe(customer, collection="automatic")
    page.goto(f"{shop.home}/subscriptions/{had['id']}/cancellation")
    page.get_by_role("radio", name=re.compile("^At once")).check()
    page.get_by_role("button", name="Cancel subscription").click()
    assert state(shop, had)["status"] == "ended"
    page.goto(shop.home)
    page.get_by_role("link", name="Subscribe again").click()
    page.get_by_role("radio", name="Solo").check()
    page.get_by_label("Coupon code").fill("BACK")
    page.get_by_role("button", name="See what it costs").click()
    page.get_by_role("button", name=re.compile("^Subscribe and pay")).click()
    said(page, "You have .* again")


def ask_to_cancel(page: Page, shop: Shop, customer: str) -> None:
    """C05, G04, G07."""
    desk = shop.vendor.post("/v1/helpdesks", {"name": "Billing desk"})["id"]
    cancel_feature(shop, execution="manual", helpdesk=desk)
    had = shop.subscribe(customer)
    page.goto(f"{shop.home}/subscriptions/{had['id']}/cancellation")
    page.get_by_role("button", name=re.compile("Ask")).click()
    said(page, "Waits for us")
    page.get_by_label("Your answer").fill("It is not urgent.")
    page.get_by_role("button", name="Send").click()
    said(page, "It is not urgent.")
    assert state(shop, had)["status"] == "active"


DEEDS: Final[tuple[Deed, ...]] = (
    change_and_withdraw,
    coupon,
    pause_and_resume,
    cancel_and_undo,
    accept_an_offer,
    cancel_at_once_and_come_back,
    ask_to_cancel,
    cards,
    pay_what_is_open,
    documents,
    money_back,
    a_request,
    details,
    language_data_and_the_way_out,
)


@pytest.mark.feature("M15")
@SIZES
@pytest.mark.parametrize("deed", DEEDS, ids=[each.__name__ for each in DEEDS])
def test_j28_without_scripts(shop: Shop, visit: Visit, deed: Deed, phone: bool) -> None:
    page, customer = visit(scripts=False, phone=phone), shop.customer("mira")
    sign_in(page, shop)

    deed(page, shop, customer)


def test_what_scripts_do_is_off_in_these_browsers(visit: Visit) -> None:
    """Otherwise all of this would prove nothing."""
    page = visit(scripts=False)
    page.set_content("<p>off</p><script>document.body.textContent = 'on'</script>")

    expect(page.get_by_text("off")).to_be_visible()
