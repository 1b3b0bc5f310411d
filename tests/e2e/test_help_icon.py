"""The help icon on a vendor's member pages: a line of script, a helpdesk here or elsewhere, or no icon at all."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.languages import EXAMPLES
from tests.support.shop_page import ShopPage
from tests.support.vendors import Vendor
from tests.support.widgets import Guest


def script(vendor: Vendor, attributes: str) -> str:
    return f'<script async src="{vendor.stack.base_url}/embed/help/v1.js" {attributes}></script>'


@pytest.mark.feature("B12", "B13")
def test_the_icon_leads_to_the_vendors_helpdesk_until_that_closes(
    vendor: Vendor, shop_page: ShopPage, guest: Guest
) -> None:
    desk = vendor.post("/v1/helpdesks", {"name": "Help"})["id"]
    portal = vendor.post(
        "/v1/portal_configurations",
        {"kind": "helpdesk", "name": "Help", "features": {"tickets": {"enabled": True, "helpdesk": desk}}},
    )
    address = shop_page.put(script(vendor, f'data-helpdesk="{desk}"'))
    page = guest()

    page.goto(address)
    icon = page.get_by_role("link", name="Help with orders and billing")
    expect(icon).to_be_visible()
    with page.expect_popup() as opened:
        icon.click()
    expect(opened.value).to_have_url(re.compile(f"/p/{portal['slug']}"))

    off = {"features": {"tickets": {"enabled": False, "helpdesk": None}}}
    vendor.patch(f"/v1/portal_configurations/{portal['id']}", off)
    vendor.patch(f"/v1/helpdesks/{desk}", {"archived": True})
    closed = guest()
    closed.goto(address)
    closed.wait_for_load_state("networkidle")
    expect(closed.locator("[data-bursar-help]")).to_have_count(0)


@pytest.mark.feature("B13")
def test_an_external_helpdesk_is_any_https_address_and_nothing_else(
    vendor: Vendor, shop_page: ShopPage, guest: Guest
) -> None:
    page = guest()

    page.goto(shop_page.put(script(vendor, 'data-external="https://help.shop.example/" data-label="Ask us"')))
    expect(page.get_by_role("link", name="Ask us")).to_have_attribute("href", "https://help.shop.example/")

    page.goto(shop_page.put(script(vendor, 'data-external="javascript:alert(1)"')))
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-bursar-help]")).to_have_count(0)


@pytest.mark.feature("B13")
def test_the_configuration_says_where_the_icon_leads_and_whether_there_is_one(
    vendor: Vendor, shop_page: ShopPage, guest: Guest
) -> None:
    """The page that members see stays as it is: the example, with the vendor's own addresses."""
    made = vendor.post("/v1/portal_configurations", {"kind": "helpdesk", "name": "Help"})
    example = (EXAMPLES / "embed" / "help-icon.html").read_text(encoding="utf-8")
    shop_page.pages["/"] = example.replace("https://billing.example", vendor.stack.base_url).replace(
        "pcfg_helpdesk", made["id"]
    )

    def leads_to(**values: Any) -> str | None:
        vendor.patch(f"/v1/portal_configurations/{made['id']}", values)
        page = guest()
        page.goto(f"{shop_page.origin}/")
        page.wait_for_load_state("networkidle")
        icon = page.locator("[data-bursar-help]")
        return icon.get_attribute("href") if icon.count() else None

    assert leads_to() == f"{vendor.stack.base_url}/p/{made['slug']}"
    assert leads_to(embed={"help_url": "https://help.shop.example/"}) == "https://help.shop.example/"
    assert leads_to(active=False) is None
