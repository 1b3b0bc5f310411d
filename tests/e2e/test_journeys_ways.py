"""Ways in, from the first page to what was done: every vendor at once, an order number, what a vendor hands out."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_people import EMAIL, somebody_weak
from tests.e2e.test_portal_journey import SIZES, looks_right
from tests.e2e.test_portal_sessions import SITE, configured, opened
from tests.e2e.test_seed_stories import global_code
from tests.support.browser import Visit
from tests.support.polling import until
from tests.support.vendors import Vendor, code_in, register

CANCEL = re.compile("^Cancel subscription")


@pytest.mark.feature("A01", "J02")
@SIZES
def test_j05_the_global_portal_of_two_vendors_with_rules_of_their_own(
    vendor: Vendor, visit: Visit, phone: bool
) -> None:
    other, email = register(vendor.stack), f"mira-{vendor.slug}@tessaly.example"
    for each in (vendor, other):
        customer = each.customer(email)
        each.subscription(customer)
        each.payment(customer)
        (section,) = each.get("/v1/portal_configurations?kind=global")["data"]
        may_cancel = {"features": {"subscription_cancel": {"enabled": each is vendor}}}
        each.patch(f"/v1/portal_configurations/{section['id']}", {"scope": {"access_gate": "any_order"}, **may_cancel})
    page = visit(phone=phone)

    page.goto(f"{vendor.stack.base_url}/billing")
    looks_right(page)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Send link and code").click()
    page.get_by_label("Six-digit code").fill(global_code(vendor, email))
    expect(page).to_have_url(re.compile(r"/billing/?$"))
    for each in (vendor, other):
        expect(page.get_by_role("heading", name=each.name)).to_be_visible()
    looks_right(page)

    page.get_by_role("link", name=CANCEL).click()  # there is one alone, or this would be refused
    looks_right(page)
    page.get_by_role("button", name=CANCEL).click()
    expect(page.get_by_text(re.compile("Ends on|ends on")).first).to_be_visible()
    looks_right(page)
    assert [each["status"] for each in vendor.all_of("/v1/subscriptions")] == ["canceled"]
    assert [each["status"] for each in other.all_of("/v1/subscriptions")] == ["active"]


@pytest.mark.feature("A05", "A22")
@SIZES
def test_j06_by_order_number_one_looks_and_what_was_begun_goes_on_after_the_code(
    vendor: Vendor, visit: Visit, phone: bool
) -> None:
    page = visit(phone=phone)
    somebody_weak(vendor, page)
    expect(page.get_by_text("Team plan").first).to_be_visible()
    assert page.get_by_text(EMAIL).count() == 0, "the address is masked for who proved this little"
    looks_right(page)

    page.get_by_role("link", name=CANCEL).first.click()
    expect(page.get_by_role("heading", name="Confirm it is you")).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name="Send code").click()
    page.get_by_label("Six-digit code").fill(code_in(vendor.mail("sign_in", to=EMAIL)))
    expect(page.get_by_role("heading", name=re.compile("^Cancel "))).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name=CANCEL).click()
    expect(page.get_by_text(re.compile("Ends on|ends on")).first).to_be_visible()
    assert [each["status"] for each in vendor.all_of("/v1/subscriptions")] == ["canceled"]


@pytest.mark.feature("A09", "A11")
@SIZES
def test_j07_what_the_vendor_hands_out_opens_the_portal_and_leads_back(
    vendor: Vendor, visit: Visit, phone: bool
) -> None:
    """A one-time address and a permanent link; both come back to where the vendor says."""
    customer = vendor.customer(EMAIL, reference="user-7")
    vendor.subscription(customer)
    links = {"sign_in": {"methods": ["email", "portal_session", "permanent_link"]}}
    configured(vendor, embed={"allowed_origins": [SITE]}, links={"return": f"{SITE}/home"}, **links)
    session = opened(vendor, customer_reference="user-7", return_url=f"{SITE}/account")
    page = visit(phone=phone)

    page.goto(session["url"])
    _enters(page)
    _leads_back(page, to=f"{SITE}/account", phone=phone)
    stranger = visit(phone=phone)
    stranger.goto(session["url"])
    expect(stranger.get_by_role("heading", name="This link no longer works")).to_be_visible()
    looks_right(stranger)

    until(
        lambda: vendor.ask("POST", "/v1/subscriber_links", json={"customer": customer["id"]}).status_code == 200,
        seconds=20,
        what="the customer has a permanent link",
    )
    link = vendor.get(f"/v1/subscriber_links/{customer['id']}")["url"]
    for _ in range(2):
        again = visit(phone=phone)
        again.goto(link)
        _enters(again)
        _leads_back(again, to=f"{SITE}/home", phone=phone)


def _enters(page: Page) -> None:
    button = page.get_by_role("button", name="Continue as m")
    expect(button).to_be_visible()
    looks_right(page)
    button.click()
    expect(page.get_by_text("Team plan").first).to_be_visible()
    looks_right(page)


def _leads_back(page: Page, *, to: str, phone: bool) -> None:
    if phone:  # the way back is in the menu there
        page.locator("details.menu > summary").first.click()
    expect(page.get_by_role("link", name=re.compile("Back to"))).to_have_attribute("href", to)
