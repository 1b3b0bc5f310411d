"""Several rows of a list at once, in a real browser: coupons put away, mails sent again, with scripts and without."""

import re

import pytest
from playwright.sync_api import expect

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


@pytest.mark.feature("J13")
@SIZES
def test_several_coupons_are_put_away_at_once(vendor: Vendor, owner: str, visit: Visit, phone: bool) -> None:
    size = "phone" if phone else "desktop"
    for number, name in enumerate(("Spring", "Summer", "Autumn"), start=1):
        coupon = {"code": name.upper(), "name": name, "percent_off": 1000 * number, "duration": "once"}
        vendor.post("/v1/coupons", coupon)
    page = visit(phone=phone, dark=phone)
    sign_in(page, vendor, owner)
    in_test_mode(page)
    page.goto(f"{vendor.stack.base_url}/console/catalog/coupons")

    page.get_by_label("Choose all on this page").check()
    expect(page.get_by_text("3 chosen")).to_be_visible()
    page.get_by_role("checkbox", name="Choose “SUMMER”").focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("2 chosen")).to_be_visible()
    look(page, f"console-chosen-{size}")
    page.get_by_role("button", name="Archive", exact=True).click()
    expect(page.get_by_role("heading", name="Archive 2 coupons?")).to_be_visible()
    expect(page.get_by_text("2 coupons can’t be used from now on.")).to_be_visible()
    look(page, f"console-chosen-ask-{size}")
    assert [each["archived_at"] for each in vendor.get("/v1/coupons")["data"]] == [None] * 3
    page.get_by_role("button", name="Archive", exact=True).click()

    expect(page.get_by_text("2 coupons archived")).to_be_visible()
    expect(page.get_by_role("link", name="SUMMER")).to_be_visible()
    expect(page.get_by_role("link", name="SPRING")).to_have_count(0)
    look(page, f"console-chosen-done-{size}")
    kept = [each["code"] for each in vendor.get("/v1/coupons")["data"] if each["archived_at"] is None]
    assert kept == ["SUMMER"]


@pytest.mark.feature("K07")
@SIZES
def test_the_chosen_mails_are_sent_again(vendor: Vendor, owner: str, visit: Visit, phone: bool) -> None:
    size = "phone" if phone else "desktop"
    customer = vendor.customer("mira@tessaly.example")
    vendor.payment(customer)
    first = vendor.mail("receipt", to="mira@tessaly.example")
    page = visit(phone=phone, dark=not phone)
    sign_in(page, vendor, owner)
    in_test_mode(page)
    page.goto(f"{vendor.stack.base_url}/console/messages?kind=receipt")
    page.get_by_role("checkbox", name="Choose all on this page").check()
    look(page, f"console-mails-chosen-{size}")
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_role("heading", name="Send 1 mail again?")).to_be_visible()
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("1 mail is on its way again")).to_be_visible()
    expect(page).to_have_url(re.compile("kind=receipt"))
    again = vendor.mail("receipt", to="mira@tessaly.example", after=1)
    assert again["repeats"] == first["id"]


@pytest.mark.feature("J13")
def test_without_scripts_the_same_form_does_it(vendor: Vendor, owner: str, visit: Visit) -> None:
    for name in ("One", "Two"):
        vendor.post("/v1/campaigns", {"name": name})
    page = visit(scripts=False)
    sign_in(page, vendor, owner, scripts=False)
    in_test_mode(page)
    page.goto(f"{vendor.stack.base_url}/console/catalog/campaigns")
    expect(page.get_by_role("checkbox", name="Choose all on this page")).to_have_count(0)

    page.get_by_role("button", name="Archive", exact=True).click()
    expect(page.get_by_text("Nothing was chosen")).to_be_visible()
    page.get_by_role("link", name="Choose all on this page").click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)
    page.get_by_role("button", name="Archive", exact=True).click()
    page.get_by_role("button", name="Archive", exact=True).click()
    expect(page.get_by_text("2 campaigns archived")).to_be_visible()


@pytest.mark.feature("J13", "K07")
@SIZES
def test_what_stays_as_it_is_is_named_and_addresses_are_written_to_again(
    vendor: Vendor, owner: str, visit: Visit, phone: bool
) -> None:
    size = "phone" if phone else "desktop"
    vendor.post("/v1/products", {"name": "Studio"})
    vendor.post("/v1/products", {"name": "Studio, the former one", "show_in_portal": False})
    for name in ("eve", "noor"):
        vendor.post("/v1/suppressions", {"address": f"{name}@tessaly.example"})
    page = visit(phone=phone, dark=phone)
    sign_in(page, vendor, owner)
    in_test_mode(page)

    page.goto(f"{vendor.stack.base_url}/console/catalog/products")
    page.get_by_label("Choose all on this page").check()
    look(page, f"console-products-chosen-{size}")
    page.get_by_role("button", name="Hide in portals").click()
    page.get_by_role("button", name="Hide in portals").click()
    expect(page.get_by_role("heading", name="1 product hidden")).to_be_visible()
    expect(page.get_by_text("1 stays as it is")).to_be_visible()
    expect(page.get_by_text("Studio, the former one")).to_be_visible()
    look(page, f"console-chosen-left-{size}")
    page.get_by_role("link", name="Back to the list").first.click()
    expect(page.get_by_role("heading", name="Products", level=1)).to_be_visible()

    page.goto(f"{vendor.stack.base_url}/console/messages/suppressions")
    page.get_by_role("checkbox", name="Choose “eve@tessaly.example”").check()
    expect(page.get_by_text("1 chosen")).to_be_visible()
    look(page, f"console-suppressions-chosen-{size}")
    page.get_by_role("button", name="Write to them again").click()
    page.get_by_role("button", name="Write to them again").click()
    expect(page.get_by_text("Mails go to 1 address again")).to_be_visible()
    assert [each["address"] for each in vendor.get("/v1/suppressions")["data"]] == ["noor@tessaly.example"]


@pytest.mark.feature("J03", "A11")
@SIZES
def test_the_chosen_customers_are_sent_their_portal_links(
    vendor: Vendor, owner: str, visit: Visit, phone: bool
) -> None:
    size = "phone" if phone else "desktop"
    for name in ("Ada", "Ben", "Cleo"):
        vendor.customer(f"{name.lower()}@tessaly.example", display_name=f"{name} Halden")
    for name in ("ada", "ben", "cleo"):
        vendor.until_known(f"{name}@tessaly.example")
    vendor.post("/v1/suppressions", {"address": "cleo@tessaly.example"})
    (configuration,) = [each for each in vendor.all_of("/v1/portal_configurations") if each["is_default"]]
    way = {"sign_in": {"methods": [*configuration["sign_in"]["methods"], "permanent_link"]}}
    vendor.patch(f"/v1/portal_configurations/{configuration['id']}", way)
    page = visit(phone=phone, dark=phone)
    sign_in(page, vendor, owner)
    in_test_mode(page)
    page.goto(f"{vendor.stack.base_url}/console/customers")

    page.get_by_label("Choose all on this page").check()
    page.get_by_role("checkbox", name="Choose “Ben Halden”").uncheck()
    expect(page.get_by_text("2 chosen")).to_be_visible()
    look(page, f"console-customers-chosen-{size}")
    page.get_by_role("button", name="Send portal link").click()
    expect(page.get_by_role("heading", name="Send 2 portal links?")).to_be_visible()
    look(page, f"console-customers-ask-{size}")
    page.get_by_role("button", name="Send portal link").dblclick()
    expect(page.get_by_text("1 stays as it is")).to_be_visible()
    expect(page.get_by_text("Their address is not written to.")).to_be_visible()
    look(page, f"console-customers-left-{size}")
    vendor.mail("subscriber_link", to="ada@tessaly.example")
    page.get_by_role("link", name="Back to the list").first.click()
    expect(page).to_have_url(re.compile("/console/customers$"))

    page.get_by_role("checkbox", name="Choose “Ben Halden”").check()
    page.get_by_role("button", name="Send portal link").click()
    page.get_by_role("button", name="Send portal link").click()
    expect(page.get_by_text("1 portal link is on its way")).to_be_visible()
    look(page, f"console-customers-sent-{size}")
    vendor.mail("subscriber_link", to="ben@tessaly.example")
    assert [each["to"] for each in vendor.all_of("/v1/messages?kind=subscriber_link")].count("ada@tessaly.example") == 1
