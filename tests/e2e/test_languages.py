"""Languages as people meet them: chosen in the menu, followed by mails and documents."""

import re
from io import BytesIO
from typing import Final

import pypdf
import pytest
from playwright.sync_api import Page, expect

from shared.i18n import LANGUAGES, name_of, text
from tests.e2e.test_portal_journey import sign_in
from tests.support.browser import Visit, scrolls_sideways, violations
from tests.support.every_page import enter
from tests.support.polling import until
from tests.support.vendors import Vendor

EMAIL: Final = "mira@tessaly.example"
SIZES: Final = pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])


def looks_right(page: Page) -> None:
    assert violations(page) == []
    assert not scrolls_sideways(page)


def choose(page: Page, language: str) -> None:
    """From the menu, as somebody would: open, look, click."""
    page.locator(".shell-head .menu > summary").click()
    looks_right(page)
    page.get_by_role("button", name=name_of(language), exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def printed(vendor: Vendor, invoice: dict[str, str]) -> tuple[bytes, str]:
    """A document's file, and what is written on its first page."""
    content = vendor.ask("GET", f"/v1/invoices/{invoice['id']}/pdf").content
    return content, pypdf.PdfReader(BytesIO(content)).pages[0].extract_text()


@SIZES
@pytest.mark.feature("I01", "I02", "E11")
def test_j39_language_switch_mail_and_pdf_follow(vendor: Vendor, visit: Visit, phone: bool) -> None:
    customer = vendor.customer(EMAIL, display_name="Mira Tessaly")
    subscription = vendor.subscription(customer)
    vendor.payment(customer, subscription=subscription["id"])
    (first,) = vendor.invoices(1)
    issued, written = printed(vendor, first)
    assert text("invoices.document.billed_to", "en") in written
    page = visit(phone=phone)
    enter(page, vendor)
    page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}/invoices")

    choose(page, "fr")

    expect(page).to_have_url(re.compile("/invoices$"))  # back where it was chosen
    looks_right(page)
    assert vendor.get(f"/v1/customers/{customer['id']}")["locale"] == "fr"
    page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}/subscriptions/{subscription['id']}/cancellation")
    looks_right(page)
    page.locator("main form button.danger, main form button.primary").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    assert vendor.get(f"/v1/subscriptions/{subscription['id']}")["status"] == "canceled"
    mail = vendor.mail("cancellation", to=EMAIL)
    assert text("mails.fact.canceled_at", "fr") in mail["text"]
    assert text("mails.fact.canceled_at", "en") not in mail["text"]

    vendor.payment(customer, amount=2900)
    later = next(each for each in vendor.invoices(2) if each["id"] != first["id"])
    assert text("invoices.document.billed_to", "fr") in printed(vendor, later)[1]
    assert printed(vendor, first)[0] == issued  # what was issued stays as it is


@SIZES
@pytest.mark.feature("I02")
def test_the_menu_shows_every_language_by_its_own_name_and_works_by_keyboard(
    vendor: Vendor, visit: Visit, phone: bool
) -> None:
    vendor.subscription(vendor.customer(EMAIL))
    page = visit(phone=phone)
    sign_in(page, vendor)
    menu = page.locator(".shell-head .menu")

    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    shown = menu.locator(".menu-languages [lang]")

    assert {each.inner_text(): each.get_attribute("lang") for each in shown.all()} == {
        name_of(each): each for each in LANGUAGES
    }
    assert [each.get_attribute("lang") for each in menu.locator(".menu-languages [aria-current]").all()] == ["en"]
    sizes = [each.bounding_box() for each in shown.all()]
    assert all(box and box["height"] >= 24 for box in sizes)
    whole = menu.locator(".menu-list").bounding_box()
    size = page.viewport_size
    assert whole is not None
    assert size is not None
    assert whole["x"] >= 0
    assert whole["x"] + whole["width"] <= size["width"]
    assert whole["y"] + whole["height"] <= size["height"]
    last = shown.last
    last.focus()
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", LANGUAGES[-1])


@pytest.mark.feature("I04", "M16")
@pytest.mark.parametrize("language", ["ar", "he"])
def test_signing_in_runs_from_the_right_too(vendor: Vendor, visit: Visit, language: str) -> None:
    vendor.subscription(vendor.customer(EMAIL))
    page = visit(phone=True, language=language)

    for path in ("", "/sign-in/order", "/sign-in/code"):
        page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}{path}")
        assert page.evaluate("document.documentElement.dir") == "rtl"
        looks_right(page)


@pytest.mark.feature("I03")
def test_a_vendors_own_words_reach_the_portal_and_its_sign_in(vendor: Vendor, visit: Visit) -> None:
    vendor.subscription(vendor.customer(EMAIL))
    (portal,) = vendor.get("/v1/portal_configurations", params={"is_default": "true"})["data"]
    own = {"auth.sign_in.title": "Hello again", "overview.title": "Your account"}
    address = f"{vendor.stack.base_url}/p/{vendor.portal}"
    page = visit()
    sign_in(page, vendor)

    assert vendor.patch(f"/v1/portal_configurations/{portal['id']}", {"texts": {"en": own}})["ignored_texts"] == []

    page.goto(address)
    expect(page.get_by_role("heading", level=1, name="Your account")).to_be_visible()
    stranger = visit()
    until(lambda: "Hello again" in stranger.goto(address).text(), seconds=20, what="sign-in has heard of it")
