"""J13: what is sold is set up in the console by clicking and seen before it is saved; a new price leaves what runs."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.test_console import in_test_mode, sign_in
from tests.support.browser import Visit
from tests.support.gallery import look
from tests.support.vendors import Vendor

SIZES = pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])


@pytest.fixture
def owner(vendor: Vendor) -> str:
    address = f"boss@{vendor.slug}.example"
    vendor.stack.bursar("staff", "invite", address, "--vendor", vendor.slug, "--role", "owner")
    return address


def open_list(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Pages of the console").get_by_role("link", name="Catalog").click()
    page.get_by_role("navigation", name="Catalog", exact=True).get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def seen(page: Page) -> Locator:
    """What customers will see."""
    return page.locator("#seen")


def make_campaign(page: Page, size: str) -> None:
    open_list(page, "Campaigns")
    look(page, f"catalog-empty-{size}")
    page.get_by_role("link", name="New campaign").click()
    page.get_by_label("Name", exact=True).fill("Desks")
    page.get_by_role("button", name="Create campaign").click()
    expect(page.get_by_text("0 products are in it.")).to_be_visible()
    look(page, f"catalog-campaign-{size}")


def make_product(page: Page, size: str) -> None:
    page.get_by_role("link", name="New product").click()
    expect(page.get_by_label("Campaign")).to_have_value(re.compile("^camp_"))
    page.get_by_role("button", name="Create product").click()
    expect(page.get_by_text("Nothing was saved: one field needs another look")).to_be_visible()
    expect(page.get_by_text("This field is required.")).to_be_visible()
    look(page, f"catalog-wrong-{size}")
    page.get_by_label("Name", exact=True).fill("Studio")
    expect(seen(page).get_by_role("heading", name="Studio", include_hidden=True)).to_be_visible()
    page.get_by_label("One of it is called").fill("seat")
    page.get_by_label("Several are called").fill("seats")
    page.get_by_label("Customers may change how many").check()
    page.get_by_label("Tax rate in percent").fill("19")
    page.get_by_label("Text of the link 1").fill("Open the studio")
    page.get_by_label("Address (https) 1").fill("https://studio.example/{customer_reference}")
    expect(seen(page).get_by_text("3 seats")).to_be_visible()
    expect(seen(page).get_by_text("Open the studio")).to_be_visible()
    page.get_by_role("button", name="Create product").click()
    expect(page.get_by_text("Created", exact=True)).to_be_visible()
    expect(page.get_by_text("It has no plan yet.")).to_be_visible()
    look(page, f"catalog-product-{size}")


def make_plan(page: Page, name: str, price: str, size: str) -> None:
    page.get_by_role("link", name="New plan", exact=True).click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Price", exact=True).fill(price)
    page.get_by_label("What it includes").fill("Wi-Fi\nA locker")
    expect(seen(page).get_by_text("A locker").first).to_be_visible()
    look(page, f"catalog-new-plan-{size}")
    page.get_by_role("button", name="Create plan").click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    expect(page.get_by_text("0 running subscriptions")).to_be_visible()


def make_group(page: Page, size: str) -> None:
    open_list(page, "Plan groups")
    page.get_by_role("link", name="New plan group").click()
    page.get_by_label("Name", exact=True).fill("Rooms")
    page.get_by_role("checkbox", name=re.compile("^Solo")).check()
    page.get_by_role("checkbox", name=re.compile("^Team")).check()
    page.get_by_role("button", name="Create plan group").click()
    expect(page.get_by_role("group", name="Who may move where")).to_be_visible()
    page.get_by_label("From Team to Solo").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    expect(page.get_by_label("From Team to Solo")).not_to_be_checked()
    expect(page.get_by_label("From Solo to Team")).to_be_checked()
    look(page, f"catalog-group-{size}")


def make_coupon(page: Page, size: str) -> None:
    open_list(page, "Coupons")
    page.get_by_role("link", name="New coupon").click()
    page.get_by_label("Code", exact=True).fill("spring")
    page.get_by_label("Name", exact=True).fill("Spring sale")
    page.get_by_label("Percent").fill("12.5")
    expect(page.get_by_label("How many charges")).to_be_hidden()
    page.get_by_role("radio", name="Several charges").check()
    page.get_by_label("How many charges").fill("3")
    page.get_by_role("checkbox", name=re.compile("^Team")).check()
    look(page, f"catalog-new-coupon-{size}")
    page.get_by_role("button", name="Create coupon").click()
    expect(page.get_by_text("12.5% off · for 3 charges")).to_be_visible()
    look(page, f"catalog-coupon-{size}")


@pytest.mark.feature("J13")
@SIZES
def test_what_is_sold_is_set_up_and_a_new_price_leaves_what_runs_alone(
    vendor: Vendor, owner: str, visit: Visit, phone: bool
) -> None:
    size = "phone" if phone else "desktop"
    page = visit(phone=phone, dark=phone)
    sign_in(page, vendor, owner)
    in_test_mode(page)
    make_campaign(page, size)
    make_product(page, size)
    product = page.url.split("?")[0]
    make_plan(page, "Solo", "9.00", size)
    page.goto(product)
    make_plan(page, "Team", "29.90", size)
    plan = page.url.split("?")[0]
    make_group(page, size)
    make_coupon(page, size)

    customer = vendor.customer(f"mira@{vendor.slug}.example")
    subscription = vendor.post(
        "/v1/subscriptions", {"customer": customer["id"], "plan": plan.rsplit("/", 1)[1], "quantity": 2}
    )
    page.goto(plan)
    page.get_by_role("link", name="Change price").click()
    expect(page.get_by_text("1 running subscription keeps its price")).to_be_visible()
    page.get_by_label("Price", exact=True).fill("39,90")
    page.get_by_role("button", name="Offer it at this price").click()
    expect(page.get_by_text("is not an amount")).to_be_visible()
    page.get_by_label("Price", exact=True).fill("39.90")
    expect(seen(page).get_by_text("€39.90")).to_be_visible()
    look(page, f"catalog-price-{size}")
    page.get_by_role("button", name="Offer it at this price").click()
    expect(page.get_by_text("The new price is offered from now on.")).to_be_visible()
    expect(page.get_by_text("0 running subscriptions")).to_be_visible()
    look(page, f"catalog-plan-{size}")
    now = vendor.get(f"/v1/subscriptions/{subscription['id']}")
    assert (now["plan"], now["unit_amount"]) == (plan.rsplit("/", 1)[1], 2990)

    open_list(page, "Plans")
    expect(page.get_by_role("row")).to_have_count(3)
    page.get_by_label("Which to show").select_option("all")
    page.get_by_role("region", name="Plans").get_by_role("button", name="Search").click()
    expect(page.get_by_role("row")).to_have_count(4)
    look(page, f"catalog-plans-{size}")
    open_list(page, "Products")
    look(page, f"catalog-products-{size}")
    open_list(page, "Coupons")
    look(page, f"catalog-coupons-{size}")


@pytest.mark.feature("J13")
def test_it_works_without_scripts(vendor: Vendor, owner: str, visit: Visit) -> None:
    page = visit(scripts=False, language="de-DE")
    page.goto(f"{vendor.stack.base_url}/console?locale=en")
    sign_in(page, vendor, owner, scripts=False)
    in_test_mode(page)
    page.goto(f"{vendor.stack.base_url}/console/catalog/products/new")
    page.get_by_label("Name", exact=True).fill("Studio")
    page.get_by_role("button", name="Show what customers will see").click()
    expect(seen(page).get_by_role("heading", name="Studio", include_hidden=True)).to_be_visible()
    assert vendor.get("/v1/products")["data"] == []
    page.get_by_role("button", name="Create product").click()
    expect(page.get_by_text("Created", exact=True)).to_be_visible()
    assert [each["name"] for each in vendor.get("/v1/products")["data"]] == ["Studio"]
