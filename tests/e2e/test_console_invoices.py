"""Invoices in the console by clicking: found, looked at, downloaded, the books checked, an archive fetched."""

import re
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_console import in_test_mode, sign_in
from tests.support.browser import Visit
from tests.support.gallery import look
from tests.support.polling import until
from tests.support.vendors import Vendor

SIZES = pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])


@pytest.fixture
def owner(vendor: Vendor) -> str:
    address = f"boss@{vendor.slug}.example"
    vendor.stack.bursar("staff", "invite", address, "--vendor", vendor.slug, "--role", "owner")
    return address


@pytest.fixture
def sold(vendor: Vendor) -> None:
    """Two invoices, and a credit note of the first."""
    customer = vendor.customer(display_name="Mira Okafor")
    paid = vendor.payment(customer)
    vendor.invoices(1)
    vendor.payment(vendor.customer("ben@shop.example"), amount=4200)
    vendor.invoices(2)
    vendor.post("/v1/refunds", {"payment": paid["id"], "amount": 1000}, headers={"Idempotency-Key": "back"})
    until(lambda: vendor.get("/v1/credit_notes")["data"], seconds=30, what="a credit note")


def go_to(page: Page, tab: str) -> None:
    page.get_by_role("navigation", name="Invoices", exact=True).get_by_role("link", name=tab).click()


@pytest.mark.usefixtures("sold")
@SIZES
def test_invoices_are_found_read_checked_and_archived(vendor: Vendor, owner: str, visit: Visit, phone: bool) -> None:
    size = "phone" if phone else "desktop"
    page = visit(phone=phone)
    sign_in(page, vendor, owner)
    in_test_mode(page)
    page.get_by_role("navigation", name="Pages of the console").get_by_role("link", name="Invoices").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    look(page, f"console-invoices-{size}")
    page.get_by_role("searchbox", name="Search").fill("ben@shop.example")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile(r"q=ben%40shop\.example"))
    expect(page.locator("tbody tr")).to_have_count(1)
    with page.expect_download() as table:
        page.get_by_role("link", name="Download as CSV").click()
    assert table.value.path().read_text().count("\n") == 2

    page.goto(f"{vendor.stack.base_url}/console/invoices?q=1")
    page.locator("tbody a").first.click()
    expect(page.get_by_role("heading", name="Invoice 1", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="CN-1")).to_be_visible()
    look(page, f"console-invoice-{size}")
    with page.expect_download() as pdf:
        page.get_by_role("link", name="Download PDF").click()
    assert pdf.value.path().read_bytes().startswith(b"%PDF")
    page.get_by_role("link", name="CN-1").click()
    expect(page.get_by_role("heading", name="Credit note CN-1", level=1)).to_be_visible()
    look(page, f"console-credit-note-{size}")

    page.goto(f"{vendor.stack.base_url}/console/invoices")
    go_to(page, "Numbers and check")
    expect(page.get_by_role("cell", name="CN-2")).to_be_visible()
    page.get_by_role("button", name="Check now").click()
    expect(page.get_by_text("Everything is as it must be.")).to_be_visible()
    look(page, f"console-ledger-{size}")

    go_to(page, "Archives")
    page.get_by_label("Period").fill("2019")
    page.get_by_role("button", name="Ask for it").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Period").fill(str(vendor.get("/v1/invoices")["data"][0]["paid_at"][:4]))
    page.get_by_label("Format").select_option("csv")
    page.get_by_role("button", name="Ask for it").click()
    expect(page.get_by_text("It is being made.")).to_be_visible()

    def ready() -> bool:
        page.get_by_role("link", name="Look again").click()
        return page.get_by_role("link", name="Download").count() == 1

    until(ready, seconds=60, what="the archive is made")
    look(page, f"console-archives-{size}")
    with page.expect_download() as archive:
        page.get_by_role("link", name="Download").click()
    assert len(archive.value.path().read_text().splitlines()) == 4


@pytest.mark.usefixtures("sold")
@pytest.mark.parametrize("way", ["dark", "german"])
def test_invoices_in_dark_and_in_german(vendor: Vendor, owner: str, visit: Visit, way: str) -> None:
    page = visit(dark=way == "dark", phone=way == "dark", scripts=True)
    sign_in(page, vendor, owner)
    if way == "german":
        page.goto(f"{vendor.stack.base_url}/console/invoices?locale=de")
        page.get_by_role("button", name="Testmodus").click()
    else:
        in_test_mode(page)
    invoice = vendor.get("/v1/invoices")["data"][0]["id"]
    for name, path in (("list", ""), ("one", f"/{invoice}"), ("ledger", "/ledger"), ("archives", "/archives")):
        page.goto(f"{vendor.stack.base_url}/console/invoices{path}")
        look(page, f"console-invoices-{name}-{way}")


@pytest.mark.usefixtures("sold")
@pytest.mark.feature("M02")
@SIZES
def test_the_chosen_invoices_are_downloaded_as_one_zip(vendor: Vendor, owner: str, visit: Visit, phone: bool) -> None:
    size = "phone" if phone else "desktop"
    page = visit(phone=phone, dark=phone)
    sign_in(page, vendor, owner)
    in_test_mode(page)
    page.goto(f"{vendor.stack.base_url}/console/invoices")
    page.get_by_role("button", name="Download as ZIP").click()
    expect(page.get_by_text("Nothing was chosen")).to_be_visible()
    page.get_by_label("Choose all on this page").check()
    expect(page.get_by_text("2 chosen")).to_be_visible()
    look(page, f"console-invoices-chosen-{size}")
    page.get_by_role("button", name="Download as ZIP").click()
    expect(page.get_by_text("2 documents are being put into a ZIP.")).to_be_visible()
    look(page, f"console-archives-asked-{size}")

    def ready() -> bool:
        page.get_by_role("link", name="Look again").click()
        return page.get_by_role("link", name="Download").count() == 1

    until(ready, seconds=60, what="the archive is made")
    look(page, f"console-archives-chosen-{size}")
    with page.expect_download() as archive:
        page.get_by_role("link", name="Download").click()
    with ZipFile(archive.value.path()) as packed:
        assert len([name for name in packed.namelist() if name.endswith(".pdf")]) == 2
