"""An add-on is set up in the console by clicking, and a portal offers it."""

import pytest
from playwright.sync_api import expect

from tests.e2e.test_console import in_test_mode, sign_in
from tests.e2e.test_console_catalog import open_list
from tests.support.browser import Visit
from tests.support.gallery import look
from tests.support.states import open_shop
from tests.support.vendors import Vendor


@pytest.mark.feature("C27")
def test_an_add_on_is_made_by_clicking(vendor: Vendor, visit: Visit) -> None:
    shop = open_shop(vendor)
    owner = f"boss@{vendor.slug}.example"
    vendor.stack.bursar("staff", "invite", owner, "--vendor", vendor.slug, "--role", "owner")
    page = visit()
    sign_in(page, vendor, owner)
    in_test_mode(page)

    open_list(page, "Add-ons")
    look(page, "catalog-addons-empty")
    page.get_by_role("link", name="New add-on").click()
    page.get_by_label("Product").select_option(label="Larkfield Studio")
    page.get_by_label("Name", exact=True).fill("Backups")
    page.get_by_label("Price of one").fill("5.00")
    page.get_by_label("The most").fill("5")
    look(page, "catalog-addon-new")
    page.get_by_role("button", name="Create add-on").click()
    expect(page.get_by_text("Created")).to_be_visible()
    look(page, "catalog-addon")
    open_list(page, "Add-ons")
    expect(page.get_by_role("cell", name="€5.00 per month")).to_be_visible()
    look(page, "catalog-addons")

    (made,) = vendor.get("/v1/addons")["data"]
    assert (made["unit_amount"], made["maximum"]) == (500, 5)
    assert made["product"] == vendor.get(f"/v1/plans/{shop.team}")["product"]
