"""A customer's own people, and fresh proof in the middle of something, in a browser through the gateway."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_portal_sessions import configured, enter, looks_right, opened
from tests.support.browser import Visit
from tests.support.vendors import Vendor, code_in

EMAIL, NOOR = "mira@tessaly.example", "noor@books.example"


def in_by_order_number(page: Page, vendor: Vendor, order_number: str) -> None:
    """A way in that proves little."""
    page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}/sign-in/order")
    page.get_by_label(re.compile("rder number")).fill(order_number)
    page.get_by_label(re.compile("mail")).fill(EMAIL)
    page.locator("main form button[type=submit]").first.click()
    expect(page).to_have_url(re.compile(rf"/p/{vendor.portal}/?$"))


def somebody_weak(vendor: Vendor, page: Page) -> None:
    customer = vendor.customer(EMAIL)
    subscription = vendor.subscription(customer)
    payment = vendor.payment(customer, subscription=subscription["id"])
    configured(vendor, sign_in={"methods": ["email", "portal_session", "order_number"]})
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}/sign-in/order")
        if page.get_by_label(re.compile("rder number")).count():
            break
    in_by_order_number(page, vendor, payment["order_number"])


@pytest.mark.feature("A22")
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_what_was_entered_goes_on_after_the_code(vendor: Vendor, visit: Visit, scripts: bool) -> None:
    """SE-09: the code is mailed at once to the address on file; nothing has to be typed twice."""
    page = visit(scripts=scripts)
    somebody_weak(vendor, page)
    page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}/people")
    page.get_by_label("Their e-mail address").fill(NOOR)
    page.get_by_label("Their name").fill("Noor & Söhne")
    page.locator("#f-role").select_option("accountant")
    page.get_by_role("button", name="Send invitation").click()

    expect(page.get_by_role("heading", name="Confirm it is you")).to_be_visible()
    if scripts:
        looks_right(page)
    code = code_in(vendor.mail("sign_in", to=EMAIL))
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for typed in (wrong, code):
        page.get_by_label("Six-digit code").fill(typed)
        if not scripts:
            page.get_by_role("button", name="Go on").click()
        if typed == wrong:
            expect(page.get_by_text("That is not the code")).to_be_visible()
    if not scripts:
        page.get_by_role("button", name="Go on").click()

    expect(page).to_have_url(re.compile("/people$"))
    expect(page.get_by_text("Noor & Söhne")).to_be_visible()
    (made,) = vendor.get("/v1/delegates")["data"]
    assert (made["email"], made["name"], made["role"]) == (NOOR, "Noor & Söhne", "accountant")


@pytest.mark.feature("A22")
def test_a_page_that_needs_proof_opens_after_the_code(vendor: Vendor, visit: Visit) -> None:
    page = visit()
    somebody_weak(vendor, page)
    page.get_by_role("link", name="Cancel subscription").click()

    expect(page.get_by_role("heading", name="Confirm it is you")).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name="Send code").click()
    page.get_by_label("Six-digit code").fill(code_in(vendor.mail("sign_in", to=EMAIL)))

    expect(page).to_have_url(re.compile("/cancellation$"))
    page.get_by_role("button", name=re.compile("^Cancel subscription")).click()
    expect(page.get_by_text(re.compile("[Ee]nds on")).first).to_be_visible()


@pytest.mark.feature("A20", "M06")
def test_somebody_let_in_sees_documents_may_not_cancel_and_is_out_within_a_second(vendor: Vendor, visit: Visit) -> None:
    customer = vendor.customer(EMAIL, display_name="Mira Tessaly")
    subscription = vendor.subscription(customer)
    vendor.payment(customer, subscription=subscription["id"])
    vendor.invoices(1)
    owner, noor = visit(), visit()
    enter(owner, opened(vendor, email=EMAIL)["url"])
    owner.get_by_role("link", name="People with access").click()
    looks_right(owner)
    owner.get_by_label("Their e-mail address").fill(NOOR)
    owner.locator("#f-role").select_option("accountant")
    owner.get_by_role("button", name="Send invitation").click()
    expect(owner.get_by_text("invited").first).to_be_visible()
    looks_right(owner)

    invitation = vendor.mail("delegate_invited", to=NOOR)
    assert "accountant" in invitation["text"]
    noor.goto(re.findall(rf"http://\S+/p/{vendor.portal}\b", invitation["text"])[0])
    noor.get_by_label("E-mail address").fill(NOOR)
    noor.get_by_role("button", name="Send link and code").click()
    noor.get_by_label("Six-digit code").fill(code_in(vendor.mail("sign_in", to=NOOR)))
    expect(noor.get_by_text("Team plan").first).to_be_visible()
    with noor.expect_download():
        noor.get_by_role("link", name=re.compile("PDF|Download")).first.click()
    expect(noor.get_by_role("link", name="Cancel subscription")).to_have_count(0)
    noor.goto(f"{vendor.stack.base_url}/p/{vendor.portal}/subscriptions/{subscription['id']}/cancellation")
    expect(noor.get_by_text("Your role does not allow that")).to_be_visible()
    noor.goto(f"{vendor.stack.base_url}/p/{vendor.portal}")
    expect(noor.get_by_text("Team plan").first).to_be_visible()

    owner.get_by_role("button", name="Take access away").click()
    expect(owner.get_by_text("Nobody but you has access")).to_be_visible()
    time.sleep(1)
    noor.reload()
    expect(noor.get_by_label("E-mail address")).to_be_visible()
    owner.goto(f"{vendor.stack.base_url}/p/{vendor.portal}/activity")
    expect(owner.get_by_text("Somebody was let into your account")).to_be_visible()


@pytest.mark.feature("A21")
def test_a_new_address_is_proven_by_its_code_and_the_old_one_is_told(vendor: Vendor, visit: Visit) -> None:
    new = "mira@new.example"
    vendor.subscription(vendor.customer(EMAIL))
    configured(vendor, features={"customer_update": {"enabled": True, "allowed_updates": ["email"]}})
    page, phone = visit(), visit(phone=True)
    for each in (page, phone):
        enter(each, opened(vendor, email=EMAIL)["url"])
        expect(each.get_by_text("Team plan").first).to_be_visible()

    page.get_by_role("link", name="E-mail address").click()
    looks_right(page)
    page.get_by_label("New e-mail address").fill(new)
    page.get_by_role("button", name="Mail a code to it").click()
    looks_right(page)
    page.get_by_label("Six-digit code").fill(code_in(vendor.mail("new_email", to=new)))

    expect(page.get_by_role("heading", name="Your address is changed")).to_be_visible()
    assert "m•••@new.example" in vendor.mail("email_changed", to=EMAIL)["text"]
    time.sleep(1)
    phone.reload()
    expect(phone.get_by_label("E-mail address")).to_be_visible()
    page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}")
    expect(page.get_by_text("Team plan").first).to_be_visible()
    (customer,) = vendor.get("/v1/customers")["data"]
    assert customer["email"] == new
