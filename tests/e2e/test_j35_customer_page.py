"""J35: a customer is found, their link copied, opened and taken back; support looks on, and can change nothing."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_console import in_test_mode, looks_right, sign_in
from tests.support.browser import Visit
from tests.support.gallery import look
from tests.support.vendors import Vendor

EMAIL = "mira@tessaly.example"
GOOD, GONE = 200, 410


@pytest.fixture
def helper(vendor: Vendor) -> str:
    """Somebody of support, of a vendor whose customers have permanent links."""
    address = f"help@{vendor.slug}.example"
    vendor.stack.bursar("staff", "invite", address, "--vendor", vendor.slug, "--role", "support")
    portal = vendor.get("/v1/portal_configurations", params={"is_default": "true"})["data"][0]["id"]
    ways = {"sign_in": {"methods": ["email", "permanent_link"]}}
    vendor.patch(f"/v1/portal_configurations/{portal}", ways)
    return address


def find(page: Page, words: str) -> None:
    """By the search of the console's customers."""
    page.get_by_role("navigation", name="Pages of the console").get_by_role("link", name="Customers").click()
    page.get_by_label("E-mail, name, company, id or order number").fill(words)
    page.get_by_role("button", name="Find").click()


@pytest.mark.feature("J03", "J08", "M10")
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_j35_customer_page(vendor: Vendor, helper: str, visit: Visit, phone: bool) -> None:
    size = "phone" if phone else "desktop"
    customer = vendor.customer(EMAIL, display_name="Mira Halden", company="Tessaly")
    running = vendor.subscription(customer)
    vendor.customer("oskar@brandt.example", display_name="Oskar Brandt")
    paid = vendor.payment(customer, subscription=running["id"])
    vendor.invoices(1)
    page = visit(phone=phone, dark=phone)
    sign_in(page, vendor, helper)
    in_test_mode(page)

    find(page, "nobody")
    expect(page.get_by_text("No customer is known by that")).to_be_visible()
    page.get_by_role("link", name="Show all").click()
    expect(page.get_by_role("link", name="Oskar Brandt")).to_be_visible()
    look(page, f"console-customers-{size}")
    find(page, paid["order_number"])
    expect(page.get_by_role("link", name="Oskar Brandt")).not_to_be_visible()
    page.get_by_role("link", name="Mira Halden").click()
    expect(page.get_by_role("heading", name="Mira Halden", level=1)).to_be_visible()
    page.get_by_text("What may the customer do?").click()
    expect(page.get_by_text("They may cancel.")).to_be_visible()
    look(page, f"console-customer-{size}")

    page.get_by_role("link", name="Cancel", exact=True).click()
    expect(page.get_by_text("What will happen")).to_be_visible()
    look(page, f"console-customer-cancel-{size}")
    page.get_by_role("button", name="Cancel the subscription").click()
    expect(page.get_by_text("The subscription is canceled.")).to_be_visible()
    page.get_by_role("link", name="Undo the cancellation").click()
    page.get_by_role("button", name="Undo the cancellation").click()
    expect(page.get_by_text("The cancellation is undone.")).to_be_visible()
    assert vendor.get(f"/v1/subscriptions/{running['id']}")["status"] == "active"

    page.get_by_role("link", name="Portal link, view as customer").click()
    expect(page.get_by_role("link", name="Mira Halden")).to_be_visible()
    make = page.get_by_role("button", name="Make the link")
    if make.count():
        make.click()
    link = page.locator("[data-link]").inner_text()
    looks_right(page)
    assert opened(visit(phone=phone), link) == GOOD

    page.get_by_label("Reason").fill("Asks why two seats are charged")
    page.get_by_role("button", name="View as customer").click()
    page.get_by_role("link", name="Open the portal").click()
    page.get_by_role("button", name=re.compile("Look|View|Continue")).click()
    expect(page.get_by_text("You see this page as the customer does")).to_be_visible()
    looks_right(page)

    page.goto(f"{vendor.stack.base_url}/console/access/customers/{customer['id']}")
    page.get_by_role("button", name="Revoke the link").click()
    expect(page.get_by_role("button", name="Make the link")).to_be_visible()
    assert opened(visit(phone=phone), link) == GONE
    page.get_by_role("link", name="Mira Halden").click()
    expect(page.get_by_role("heading", name="Timeline")).to_be_visible()


def opened(page: Page, link: str) -> int:
    """The status of the answer about the link, whose secret stands in the fragment: the page sends it by itself."""
    with page.expect_response(lambda answer: answer.url.endswith("/sign-in/permanent/describe")) as told:
        page.goto(link)
    return told.value.status
