"""The console's search by Ctrl K, by keys alone, without scripts, on a phone; and addresses that are not written to."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_console import in_test_mode, sign_in
from tests.support.browser import Visit
from tests.support.gallery import look
from tests.support.vendors import Vendor

ADA = {"email": "ada@tessaly.example", "display_name": "Ada Byron"}


@pytest.fixture
def owner(vendor: Vendor) -> str:
    address = f"boss@{vendor.slug}.example"
    vendor.stack.bursar("staff", "invite", address, "--vendor", vendor.slug, "--role", "owner")
    return address


def opened(page: Page) -> None:
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="What are you looking for?")).to_be_focused()


@pytest.mark.feature("J03")
def test_ctrl_k_leads_anywhere_by_keys_alone(vendor: Vendor, owner: str, visit: Visit) -> None:
    customer = vendor.customer(**ADA)
    page = visit()
    sign_in(page, vendor, owner)
    in_test_mode(page)
    page.goto(f"{vendor.stack.base_url}/console/messages")

    opened(page)
    found = page.get_by_role("listbox", name="Found")
    expect(found.get_by_role("option", name="API keys")).to_be_visible()
    look(page, "console-search-empty")
    field = page.get_by_role("combobox", name="What are you looking for?")
    field.fill("ada@")
    hit = found.get_by_role("option", name=re.compile("Ada Byron"))
    expect(hit).to_have_attribute("aria-selected", "true")
    expect(page.locator("#search-told")).to_have_text("1 found")
    look(page, "console-search-desktop")
    page.keyboard.press("ArrowDown")
    expect(found.get_by_role("option", name="Customers with “ada@”")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/console/customers/{customer['id']}$"))

    opened(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    trigger = page.get_by_role("button", name=re.compile("^Search( |$)"))
    trigger.focus()
    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    page.keyboard.type("suppressed")
    expect(found.get_by_role("option", name=re.compile("Suppressed addresses"))).to_have_attribute(
        "aria-selected", "true"
    )
    page.route("**/console/search?*", lambda route: route.abort())
    page.keyboard.type(" addr")
    expect(page.get_by_text("The search does not answer right now.")).to_be_visible()
    expect(found.get_by_role("option")).to_have_count(0)
    page.unroute("**/console/search?*")
    page.keyboard.type("esses")
    expect(found.get_by_role("option", name=re.compile("Suppressed addresses"))).to_be_visible()
    expect(page.get_by_text("The search does not answer right now.")).to_be_hidden()
    page.keyboard.press("Escape")
    if page.get_by_role("dialog").is_visible():  # the first one empties a search field
        page.keyboard.press("Escape")
    expect(trigger).to_be_focused()


def test_without_scripts_the_search_is_a_page(vendor: Vendor, owner: str, visit: Visit) -> None:
    customer = vendor.customer(**ADA)
    plain = visit(scripts=False)
    sign_in(plain, vendor, owner, scripts=False)
    in_test_mode(plain)
    plain.goto(f"{vendor.stack.base_url}/console/customers")
    plain.get_by_role("link", name="Search", exact=True).click()
    plain.get_by_role("searchbox", name="What are you looking for?").fill(customer["id"])
    plain.get_by_role("button", name="Search", exact=True).click()
    plain.get_by_role("link", name=re.compile("Ada Byron")).click()
    plain.wait_for_url(re.compile(f"/console/customers/{customer['id']}$"))


def test_the_search_on_a_phone_in_the_dark_and_in_german(vendor: Vendor, owner: str, visit: Visit) -> None:
    vendor.customer(**ADA)
    page = visit(phone=True, dark=True)
    sign_in(page, vendor, owner)
    in_test_mode(page)
    look(page, "console-search-phone-shell")
    page.goto(f"{vendor.stack.base_url}/console/search?q=ada&locale=de")
    look(page, "console-search-phone-page")
    page.get_by_role("button", name=re.compile("^Suche( |$)")).click()
    page.get_by_role("combobox", name="Wonach suchen Sie?").fill("Tarif")
    expect(page.get_by_role("option", name=re.compile("Tarife")).first).to_be_visible()
    look(page, "console-search-phone")
    page.get_by_role("button", name="Schließen").click()
    expect(page.get_by_role("dialog")).to_be_hidden()


@pytest.mark.feature("K07")
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_an_address_is_stopped_and_written_to_again(vendor: Vendor, owner: str, visit: Visit, phone: bool) -> None:
    size = "phone" if phone else "desktop"
    customer = vendor.customer(**ADA)
    page = visit(phone=phone, dark=phone)
    sign_in(page, vendor, owner)
    in_test_mode(page)
    page.goto(f"{vendor.stack.base_url}/console/messages/suppressions")
    look(page, f"console-suppressions-none-{size}")
    page.get_by_label("E-mail address").last.fill(ADA["email"])
    page.get_by_label("Note").fill("The mailbox of somebody else")
    page.get_by_role("button", name="Suppress an address").click()
    expect(page.get_by_text("No mail goes to this address any more.")).to_be_visible()
    look(page, f"console-suppressions-{size}")

    vendor.payment(customer)
    mail = vendor.mail("receipt", to=ADA["email"], state="suppressed")
    page.goto(f"{vendor.stack.base_url}/console/messages/{mail['id']}")
    expect(page.get_by_text("Not tried", exact=True)).to_be_visible()
    look(page, f"console-message-suppressed-{size}")
    page.get_by_role("button", name="Write to it again").click()
    expect(page.get_by_text("Mails go to this address again.")).to_be_visible()
    page.get_by_role("button", name="Send again").click()
    vendor.mail("receipt", to=ADA["email"])
