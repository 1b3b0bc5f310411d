"""Further addresses of a customer's documents in a browser: added, agreed to by mail, served, ended by their owner."""

import re

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.e2e.test_portal_sessions import looks_right, sign_in
from tests.support.browser import Visit
from tests.support.vendors import Vendor

EMAIL, BOOKS = "mira@tessaly.example", "books@tessaly.example"
SIZES = pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])


def at_recipients(page: Page) -> None:
    page.get_by_role("link", name="Billing details").last.click()
    page.get_by_role("link", name="Manage recipients").click()
    expect(page.get_by_role("heading", name="Document recipients", level=1)).to_be_visible()


def link_in(mail: dict[str, str], part: str) -> str:
    found = re.findall(rf"https?://\S+/recipient/{part}\S+", mail["text"])
    assert found, mail["text"]
    return str(found[0])


@SIZES
@pytest.mark.feature("F05", "M05")
def test_an_address_is_added_agrees_by_mail_gets_the_invoice_and_ends_it(
    vendor: Vendor, visit: Visit, phone: bool
) -> None:
    customer = vendor.customer(EMAIL)
    vendor.subscription(customer)
    page = visit(phone=phone)
    sign_in(page, vendor)
    at_recipients(page)
    looks_right(page)

    page.get_by_label("E-mail address").fill("nobody")
    page.get_by_role("button", name="Ask this address").click()
    expect(page.get_by_text("This is not the e-mail address of one mailbox.")).to_be_visible()
    looks_right(page)
    page.get_by_label("E-mail address").fill(BOOKS)
    page.get_by_role("button", name="Ask this address").click()
    expect(page.get_by_text("We sent a mail to that address.")).to_be_visible()
    expect(page.locator("[data-recipient=pending]")).to_have_count(1)
    looks_right(page)

    invited = vendor.mail("recipient_invited", to=BOOKS)
    owner = visit(phone=phone)  # another browser, of somebody who has no account
    owner.goto(link_in(invited, "confirm"))
    agree = owner.get_by_role("button", name=f"Yes, send them to {BOOKS}")
    expect(agree).to_be_visible()
    assert "#" not in owner.url  # the token left the address bar
    looks_right(owner)
    agree.evaluate("button => button.click()")  # a scanner's click is no person's
    expect(agree).to_be_visible()
    agree.click()
    expect(owner.get_by_role("heading", name="Confirmed")).to_be_visible()
    looks_right(owner)
    assert owner.context.cookies() == [] or all("portal" not in each["name"] for each in owner.context.cookies())
    owner.goto(f"{vendor.stack.base_url}/p/{vendor.portal}")
    expect(owner.get_by_label("E-mail address")).to_be_visible()  # no portal: it asks who they are

    page.reload()
    expect(page.locator("[data-recipient=confirmed]")).to_have_count(1)
    vendor.post(
        "/v1/payments",
        {"customer": customer["id"], "currency": "EUR", "description": "Reeds", "amount": 1290},
        headers={"Idempotency-Key": "recipients"},
    )
    copy = vendor.mail("document_copy", to=BOOKS)
    assert "Reeds" in copy["text"]
    address = link_in(copy, "unsubscribe")
    owner.goto(address)
    looks_right(owner)
    owner.get_by_role("button", name="Send me no more documents").click()
    expect(owner.get_by_role("heading", name="You are unsubscribed")).to_be_visible()
    looks_right(owner)
    page.reload()
    expect(page.locator("[data-recipient=unsubscribed]")).to_have_count(1)
    page.get_by_role("button", name=f"Remove {BOOKS}").click()
    expect(page.get_by_text("There is no further address yet.")).to_be_visible()

    owner.goto(link_in(invited, "confirm"))  # the link of before
    expect(owner.get_by_role("heading", name="This link does not work any more")).to_be_visible()


def test_a_mail_program_ends_it_with_one_post_through_the_gateway(vendor: Vendor, visit: Visit) -> None:
    customer = vendor.customer(EMAIL)
    path = f"/v1/customers/{customer['id']}/recipients"
    vendor.post(path, {"email": BOOKS, "documents": ["invoice"]})
    page = visit()
    page.goto(link_in(vendor.mail("recipient_invited", to=BOOKS), "confirm"))
    page.get_by_role("button", name=f"Yes, send them to {BOOKS}").click()
    expect(page.get_by_role("heading", name="Confirmed")).to_be_visible()
    vendor.post(
        "/v1/payments",
        {"customer": customer["id"], "currency": "EUR", "description": "Reeds", "amount": 1290},
        headers={"Idempotency-Key": "one-click"},
    )
    address = link_in(vendor.mail("document_copy", to=BOOKS), "unsubscribe")

    answer = requests.post(address, data={"List-Unsubscribe": "One-Click"}, timeout=10)

    assert answer.status_code == 200
    assert [each["status"] for each in vendor.get(path)["data"]] == ["unsubscribed"]
