"""Customers in a real browser: a file is looked at and brought in, one of its people signs in, and staff see all of it
in one timeline; then the customer's data is exported and erased.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_console import in_test_mode, looks_right, sign_in
from tests.e2e.test_portal_journey import EMAIL
from tests.e2e.test_portal_journey import sign_in as customer_signs_in
from tests.support.browser import Visit
from tests.support.gallery import look
from tests.support.polling import until
from tests.support.vendors import Vendor

TABLE = f"""email,date,description,amount,currency,name
{EMAIL},2026-01-31,Two seats,50.00,EUR,Mira Tessaly
{EMAIL},2026-02-28,Two seats,50.00,EUR,Mira Tessaly
nobody,2026-02-28,Two seats,50.00,EUR,
"""


def bring_in(page: Page, folder: Path, size: str) -> None:
    """The file of payments, looked at first."""
    path = folder / "payments.csv"
    path.write_text(TABLE)
    page.get_by_role("navigation", name="Pages of the console").get_by_role("link", name="Customers").click()
    page.get_by_role("navigation", name="Customers", exact=True).get_by_role("link", name="Imports").click()
    look(page, f"console-imports-none-{size}")
    page.get_by_role("link", name="New import").click()
    page.get_by_label("Payments").check()
    page.get_by_label("File", exact=True).set_input_files(path)
    look(page, f"console-import-new-{size}")
    page.get_by_role("button", name="Look at the file").click()
    expect(page.get_by_role("heading", name="What will happen")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^Line 4 email"))).to_be_visible()
    look(page, f"console-import-ahead-{size}")
    looks_right(page)
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_text("Done, with rows left out")).to_be_visible(timeout=30_000)
    look(page, f"console-import-done-{size}")


def find(page: Page, words: str) -> None:
    page.get_by_role("navigation", name="Pages of the console").get_by_role("link", name="Customers").click()
    page.get_by_role("searchbox").first.fill(words)
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Mira Tessaly").click()


@pytest.mark.feature("J03", "J15", "M17")
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_from_a_file_to_a_timeline_to_nothing(vendor: Vendor, visit: Visit, tmp_path: Path, phone: bool) -> None:
    size = "phone" if phone else "desktop"
    boss = f"boss@{vendor.slug}.example"
    vendor.stack.bursar("staff", "invite", boss, "--vendor", vendor.slug, "--role", "owner")
    staff = visit(phone=phone, dark=phone)
    sign_in(staff, vendor, boss)
    in_test_mode(staff)
    bring_in(staff, tmp_path, size)
    mira = vendor.get(f"/v1/customers?search={EMAIL}")["data"][0]
    vendor.payment(mira)
    vendor.mail("receipt", to=EMAIL)

    customer_signs_in(visit(phone=phone), vendor)
    find(staff, "tessaly")
    timeline = staff.get_by_role("region", name="Timeline")
    for words in ("Signed in by a mailed", "Receipt", "Payment, brought in from a file", "Invoice "):
        expect(timeline.get_by_text(words).first).to_be_visible()
    look(staff, f"console-customer-{size}")
    looks_right(staff)
    staff.get_by_role("link", name="Whole timeline").click()
    staff.get_by_role("link", name="Mails").click()
    expect(staff.get_by_role("listitem").filter(has_text="Receipt")).to_be_visible()
    expect(staff.get_by_text("Payment, brought in from a file")).to_have_count(0)
    look(staff, f"console-timeline-{size}")
    looks_right(staff)

    find(staff, "tessaly")
    staff.get_by_role("link", name="Export or erase").click()
    staff.get_by_role("button", name="Put the data together").click()
    fetch = staff.get_by_role("button", name="Download once")
    expect(staff.get_by_text("It is being put together").or_(fetch)).to_be_visible()  # the page is there to be reloaded
    until(lambda: bool(staff.reload()) and fetch.is_visible(), seconds=30, what="the export is ready")
    look(staff, f"console-privacy-{size}")
    looks_right(staff)
    with staff.expect_download() as fetched:
        fetch.click()
    assert fetched.value.suggested_filename.endswith(".zip")
    staff.get_by_label("Type the customer’s e-mail address").fill(EMAIL)
    staff.get_by_role("button", name="Erase for good").click()
    expect(staff.get_by_text("The customer is erased.")).to_be_visible()
    look(staff, f"console-erased-{size}")
    looks_right(staff)
