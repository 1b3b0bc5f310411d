"""J26: billing details in a browser, through the gateway: the country's form, a tax id, two who change at once."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_embed import has_a_team_plan
from tests.e2e.test_portal_sessions import SITE, configured, enter, looks_right, opened, sign_in
from tests.support.browser import Visit
from tests.support.shop_page import frame_of, framed
from tests.support.vendors import Vendor, code_in
from tests.support.widgets import Guest, Widget

EMAIL = "mira@tessaly.example"
SIZES = pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])


def at_details(page: Page, vendor: Vendor) -> None:
    page.get_by_role("link", name="Billing details").last.click()
    expect(page.get_by_role("heading", name="Billing details", level=1)).to_be_visible()


def berlin(page: Page, *, street: str = "Lindenhof 4") -> None:
    page.get_by_label("Street and number").fill(street)
    page.get_by_label("Postal code").fill("10115")
    page.get_by_label("City").fill("Berlin")


@SIZES
@pytest.mark.feature("F01", "F02")
def test_j26_address_by_country_tax_id_concurrent_edit(vendor: Vendor, visit: Visit, phone: bool) -> None:
    customer = vendor.customer(EMAIL)
    vendor.subscription(customer)
    page = visit(phone=phone)
    sign_in(page, vendor)
    at_details(page, vendor)
    looks_right(page)

    page.get_by_label("Company").fill("Tessaly Foods GmbH")
    page.get_by_label("Phone").fill("+49 30 1234567")
    page.locator("#f-country").select_option("US")  # the form follows at once, and keeps what was typed
    expect(page.get_by_label("ZIP code")).to_be_visible()
    expect(page.get_by_label("State", exact=True)).to_be_visible()
    looks_right(page)
    page.get_by_label("Street and number").fill("Lindenhof 4")
    page.locator("#f-country").select_option("DE")
    expect(page.get_by_label("Postal code")).to_be_visible()
    expect(page.get_by_label("Street and number")).to_have_value("Lindenhof 4")
    expect(page.get_by_label("Company")).to_have_value("Tessaly Foods GmbH")

    page.get_by_label("Tax ID").fill("DE136695977")
    page.get_by_label("Postal code").fill("101")
    expect(page.get_by_text("This is no tax ID of this country").first).to_be_visible()  # while somebody types
    page.get_by_role("button", name="Save").click()
    summary = page.locator("#wrong")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_count(3)
    looks_right(page)
    summary.get_by_role("link", name=re.compile("^City")).click()
    expect(page.get_by_label("City")).to_be_focused()
    berlin(page)
    page.get_by_label("Tax ID").fill("de 136 695 976")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your details are saved")).to_be_visible()
    expect(page.get_by_label("Tax ID")).to_have_value("DE136695976")
    looks_right(page)

    vendor.patch(f"/v1/customers/{customer['id']}", {"company": "Tessaly Holding SE"})
    page.get_by_label("Company").fill("Tessaly Foods AG")
    page.get_by_role("button", name="Save").click()
    rivals = page.locator("[data-rivals]")
    for version in ("Tessaly Holding SE", "Tessaly Foods AG"):
        expect(rivals.get_by_text(version)).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name="Save what I entered").click()
    expect(page.get_by_text("Your details are saved")).to_be_visible()
    kept = vendor.get(f"/v1/customers/{customer['id']}")
    assert (kept["company"], kept["address"]) == ("Tessaly Foods AG", ["Lindenhof 4", "10115 Berlin"])
    page.get_by_role("link", name="Back").first.click()
    expect(page.get_by_text("Lindenhof 4")).to_be_visible()
    looks_right(page)


@pytest.mark.feature("F01", "F04")
def test_details_are_changed_without_scripts(vendor: Vendor, visit: Visit) -> None:
    customer = vendor.customer(EMAIL)
    page = visit(scripts=False)
    page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_role("button", name="Send link and code").click()
    page.get_by_label("Six-digit code").fill(code_in(vendor.mail("sign_in", to=EMAIL)))
    page.get_by_role("button", name="Continue").click()
    page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}/details")
    page.get_by_label("Phone").first.fill("0301")
    page.locator("#f-country").select_option("DE")
    page.get_by_role("button", name="Show the fields of this country").first.click()
    expect(page.get_by_label("Phone").first).to_have_value("0301")
    berlin(page)
    page.locator("[id='f-shipping.country']").select_option("CH")
    page.get_by_role("button", name="Show the fields of this country").last.click()
    expect(page.get_by_label("City").first).to_have_value("Berlin")
    for name, value in (("name", "Lager Zürich"), ("line1", "Hafen 1"), ("postal_code", "8001"), ("city", "Zürich")):
        page.locator(f"[id='f-shipping.{name}']").fill(value)
    page.get_by_role("button", name="Save", exact=True).last.click()

    expect(page.get_by_text("Your details are saved")).to_be_visible()
    kept = vendor.get(f"/v1/customers/{customer['id']}")
    assert (kept["phone"], kept["address"], kept["shipping"]["city"]) == (
        "0301",
        ["Lindenhof 4", "10115 Berlin"],
        "Zürich",
    )


@pytest.mark.feature("B21")
def test_a_session_made_for_billing_details_lands_there_and_ends_where_the_vendor_says(
    vendor: Vendor, visit: Visit
) -> None:
    customer = vendor.customer(EMAIL)
    configured(vendor, embed={"allowed_origins": [SITE]})
    flow = {
        "type": "customer_update",
        "after_completion": {"type": "hosted_confirmation", "hosted_confirmation": {"custom_message": "All noted."}},
    }
    page = visit()
    enter(page, opened(vendor, customer=customer["id"], flow_data=flow)["url"])

    expect(page.get_by_role("heading", name="Billing details", level=1)).to_be_visible()
    page.get_by_label("Company").fill("Tessaly")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("All noted.")).to_be_visible()


@pytest.mark.feature("F01", "B16")
def test_details_are_changed_inside_a_widget(widget: Widget, guest: Guest) -> None:
    """A frame has no htmx: the country's fields come by a button there."""
    has_a_team_plan(widget)
    page = guest()
    page.goto(widget.embed(hash=widget.hash(), section="details"))
    inside = framed(page)
    inside.get_by_label("Company").fill("Tessaly")
    inside.locator("#f-country").select_option("DE")
    inside.get_by_role("button", name="Show the fields of this country").first.click()
    expect(inside.get_by_label("Company")).to_have_value("Tessaly")
    for label, value in (("Street and number", "Lindenhof 4"), ("Postal code", "10115"), ("City", "Berlin")):
        inside.get_by_label(label).fill(value)
    looks_right(frame_of(page))  # type: ignore[arg-type]
    inside.get_by_role("button", name="Save", exact=True).last.click()

    expect(inside.get_by_text("Your details are saved")).to_be_visible()
    (kept,) = widget.vendor.get("/v1/customers")["data"]
    assert (kept["company"], kept["address"]) == ("Tessaly", ["Lindenhof 4", "10115 Berlin"])
