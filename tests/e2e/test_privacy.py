"""A customer's own data through the gateway: a copy to take along, then everything erased, in every service."""

import io
import json
import re
import time
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_portal_sessions import enter, looks_right, opened
from tests.support.browser import Visit
from tests.support.polling import until
from tests.support.vendors import Vendor

EMAIL = "mira.forgetme@tessaly.example"


def inside(vendor: Vendor, visit: Visit, **options: bool) -> Page:
    page = visit(**options)
    enter(page, opened(vendor, email=EMAIL)["url"])
    return page


@pytest.mark.feature("L05", "M17")
def test_a_copy_of_everything_is_put_together_and_downloaded_once(vendor: Vendor, visit: Visit) -> None:
    customer = vendor.customer(EMAIL, display_name="Mira Forgetme")
    vendor.payment(customer)
    vendor.invoices(1)
    vendor.mail("receipt", to=EMAIL)
    page = inside(vendor, visit)
    page.get_by_role("link", name="My data").click()
    looks_right(page)

    page.get_by_role("button", name="Put my data together").click()
    vendor.mail("export_ready", to=EMAIL)
    page.reload()
    looks_right(page)
    with page.expect_download() as started:
        page.get_by_role("button", name="Download once").click()
    archive = zipfile.ZipFile(io.BytesIO(Path(started.value.path()).read_bytes()))
    page.reload()

    data = json.loads(archive.read("data.json"))
    assert set(data) == {"auth", "invoices", "notifications", "portal"}
    assert data["portal"]["customers"][0]["display_name"] == "Mira Forgetme"
    assert data["auth"]["identities"][0]["email"] == EMAIL
    assert data["invoices"]["invoices"][0]["buyer"]["email"] == EMAIL
    assert "receipt" in [each["kind"] for each in data["notifications"]["messages"]]
    expect(page.get_by_role("button", name="Download once")).to_have_count(0)
    expect(page.get_by_text("was downloaded")).to_be_visible()


@pytest.mark.feature("L06", "M17")
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_everything_is_erased_in_every_service_and_nobody_is_in_any_more(
    vendor: Vendor, visit: Visit, phone: bool
) -> None:
    customer = vendor.customer(EMAIL, display_name="Mira Forgetme")
    vendor.payment(customer)
    vendor.invoices(1)
    vendor.mail("receipt", to=EMAIL)
    page, elsewhere = inside(vendor, visit, phone=phone), inside(vendor, visit)
    page.get_by_role("link", name="My data").click()
    page.get_by_role("link", name="See what would be erased").click()
    looks_right(page)

    page.get_by_label("I understand that this is for good.").check()
    page.get_by_role("button", name="Erase everything").click()
    expect(page.get_by_role("heading", name="Everything is erased")).to_be_visible()
    looks_right(page)
    receipt = vendor.get(f"/v1/customers/{customer['id']}/erasure")

    assert [each["what"] for each in receipt["kept"]] == ["invoices", "payments", "record"]
    until(lambda: is_out(vendor, elsewhere), seconds=10, what="the other browser to be out")
    until(lambda: not mails_to(vendor, EMAIL), seconds=60, what="the mails to be cleared")
    (invoice,) = vendor.get(f"/v1/invoices?customer={customer['id']}")["data"]
    until(
        lambda: vendor.get(f"/v1/invoices/{invoice['id']}")["retention"] is not None, seconds=20, what="the retention"
    )
    assert vendor.get(f"/v1/invoices/{invoice['id']}")["buyer"]["email"] == EMAIL
    left = vendor.get(f"/v1/customers/{customer['id']}")
    assert (left["display_name"], left["email"]) == (None, f"{customer['id']}@erased.invalid")


def is_out(vendor: Vendor, page: Page) -> bool:
    page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}")
    time.sleep(0.2)
    return re.search("/sign-in", page.url) is not None


def mails_to(vendor: Vendor, email: str) -> list[str]:
    return [each["kind"] for each in vendor.get("/v1/messages?limit=100")["data"] if email in json.dumps(each)]
