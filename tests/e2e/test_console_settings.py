"""Settings and the test clock in a real browser: what is clicked shows in the API, in the portal, on an invoice."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_billing_journey import GOOD, Shop, add_card
from tests.e2e.test_billing_journey import shop as shop  # a fixture
from tests.e2e.test_console import in_test_mode, sign_in
from tests.e2e.test_portal_journey import sign_in as customer_signs_in
from tests.support.browser import Visit
from tests.support.gallery import look
from tests.support.pictures import png
from tests.support.polling import until
from tests.support.vendors import Vendor

SIZES = pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])


@pytest.fixture
def owner(vendor: Vendor) -> str:
    address = f"boss@{vendor.slug}.example"
    vendor.stack.bursar("staff", "invite", address, "--vendor", vendor.slug, "--role", "owner")
    return address


def go_to(page: Page, section: str, name: str) -> None:
    page.get_by_role("navigation", name="Pages of the console").get_by_role("link", name=section).click()
    page.get_by_role("navigation", name=section, exact=True).get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


@pytest.mark.feature("B07", "J09")
@SIZES
def test_retries_and_the_company_are_set_by_clicking_and_stand_in_the_record(
    vendor: Vendor, owner: str, visit: Visit, phone: bool
) -> None:
    size = "phone" if phone else "desktop"
    default = vendor.get("/v1/portal_configurations", params={"is_default": "true"})["data"][0]["id"]
    page = visit(phone=phone, dark=phone)
    sign_in(page, vendor, owner)
    in_test_mode(page)

    go_to(page, "Settings", "Billing")
    look(page, f"console-billing-{size}")
    retries = page.locator("#retries")
    retries.get_by_label("Day 1", exact=True).fill("x")
    retries.get_by_role("button", name="Save").click()
    expect(retries.locator(".field-error")).to_have_text("Give a whole number from 1 to 90.")
    look(page, f"console-billing-wrong-{size}")
    retries.get_by_label("Day 1", exact=True).fill("3")
    retries.get_by_label("Leave it past due").check()
    retries.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    found = vendor.get("/v1/billing_settings")
    assert (found["retry_days"], found["after_last_retry"]) == ([3, 7, 14, 21], "past_due")
    page.get_by_role("link", name="Change who bills").click()
    expect(page.get_by_role("heading", name="Who bills", level=1)).to_be_visible()
    look(page, f"console-source-{size}")

    go_to(page, "Settings", "Company")
    look(page, f"console-company-{size}")
    page.get_by_label("Name that customers see").fill("Larkfield Music")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Portals and documents follow within a moment.")).to_be_visible()
    page.get_by_label("Picture for light ground").set_input_files(
        {"name": "logo.png", "mimeType": "image/png", "buffer": png(640, 320)}
    )
    page.get_by_role("button", name="Use this logo").click()
    expect(page.get_by_role("img", name="Logo of Larkfield Music")).to_be_visible()
    look(page, f"console-company-saved-{size}")
    company = vendor.get(f"/v1/vendors/{vendor.id}")
    mark = f"logo.png?v={company['profile']['logo'][:12]}"
    assert company["display_name"] == "Larkfield Music"
    until(lambda: mark in vendor.stack.request("GET", f"/p/{vendor.portal}/sign-in").text, seconds=20, what="the logo")

    go_to(page, "Settings", "Record")
    page.get_by_label("What was done").select_option(label="Billing settings changed")
    page.get_by_role("button", name="Show", exact=True).click()
    page.locator("details.record-more summary").first.click()
    expect(page.locator(".record-changed ins").first).to_be_visible()
    assert "action=billing_settings.updated" in page.url
    page.get_by_role("button", name="Check the record").click()
    expect(page.get_by_text("The record is whole")).to_be_visible()
    look(page, f"console-record-{size}")
    go_to(page, "Settings", "Record")
    look(page, f"console-record-all-{size}")

    vendor.patch(f"/v1/portal_configurations/{default}", {"domain": {"host": f"{vendor.slug}.shop.example"}})
    go_to(page, "Settings", "Domains")
    look(page, f"console-domains-{size}")


@pytest.mark.feature("M09", "L03")
@SIZES
def test_the_clock_is_advanced_to_the_renewal_and_makes_an_invoice(
    vendor: Vendor, shop: Shop, owner: str, visit: Visit, phone: bool
) -> None:
    size = "phone" if phone else "desktop"
    customer = visit()
    customer_signs_in(customer, vendor)
    add_card(customer, shop, GOOD)
    shop.subscribe()
    vendor.invoices(1)
    page = visit(phone=phone, dark=phone)
    sign_in(page, vendor, owner)
    in_test_mode(page)

    go_to(page, "Developers", "Test clock")
    look(page, f"console-clock-{size}")
    page.get_by_role("button", name="Advance to renewal").click()

    expect(page.get_by_text("Subscription renewed")).to_be_visible()
    look(page, f"console-clock-moved-{size}")
    assert len(vendor.invoices(2)) == 2
