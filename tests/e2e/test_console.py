"""The console in a real browser: staff sign in, invite, make keys, check a hash, see what a customer sees, are out."""

import re
import time
from html import unescape

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.integration.auth.signing import v1
from tests.support.browser import Visit, scrolls_sideways, violations
from tests.support.platform_mail import platform_code
from tests.support.polling import until
from tests.support.vendors import Vendor

EMAIL = "mira@tessaly.example"
REASON = "Asks why the invoice says 19 %"
WITHIN = 1.0  # seconds until somebody who was removed is refused everywhere (SE-17)


def sign_in(page: Page, vendor: Vendor, email: str, *, scripts: bool = True) -> None:
    page.goto(f"{vendor.stack.base_url}/console")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Send link and code").click()
    page.get_by_label("Six-digit code").fill(platform_code(vendor.stack, email))
    if not scripts:  # with them, six digits go off by themselves
        page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Overview", level=1)).to_be_visible()


def in_test_mode(page: Page) -> None:
    page.get_by_role("button", name="Test mode").click()
    expect(page.get_by_text("Test mode: nothing here is real money.")).to_be_visible()


SECTION_OF = {"People": "Settings", "API keys": "Developers", "Identity secrets": "Developers"} | {
    "Identity check": "Developers",
    "Events": "Developers",
    "Request log": "Developers",
    "Webhooks": "Developers",
    "Ways in": "Portals",
    "Who was not let in": "Customers",
}


def go_to(page: Page, name: str) -> None:
    """By the section of the navigation, then by the page's tab, where the section has several."""
    section = SECTION_OF.get(name, name)
    page.get_by_role("navigation", name="Pages of the console").get_by_role("link", name=section).click()
    tabs = page.get_by_role("navigation", name=section, exact=True)
    if tabs.count():
        tabs.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def looks_right(page: Page) -> None:
    assert violations(page) == []
    assert not scrolls_sideways(page)


@pytest.fixture
def staff(vendor: Vendor) -> tuple[str, str]:
    """An owner and somebody of support, whose addresses no other test uses."""
    addresses = (f"boss@{vendor.slug}.example", f"help@{vendor.slug}.example")
    for address, role in zip(addresses, ("owner", "support"), strict=True):
        vendor.stack.bursar("staff", "invite", address, "--vendor", vendor.slug, "--role", role)
    return addresses


@pytest.mark.feature("J12", "J06", "A07")
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_an_owner_invites_makes_a_key_and_checks_a_hash(
    vendor: Vendor, staff: tuple[str, str], visit: Visit, phone: bool
) -> None:
    vendor.customer(EMAIL)
    page = visit(phone=phone)
    sign_in(page, vendor, staff[0])
    looks_right(page)
    in_test_mode(page)

    go_to(page, "People")
    looks_right(page)
    invited = f"noor@{vendor.slug}.example"
    page.get_by_label("E-mail address").fill(invited)
    page.get_by_label("Name (may be left out)").fill("Noor")
    page.get_by_role("button", name="Send invitation").click()
    expect(page.get_by_text(invited).first).to_be_visible()
    mail = vendor.mail("staff_invitation", to=invited)
    assert staff[0] in mail["text"]

    go_to(page, "API keys")
    looks_right(page)
    page.get_by_label("What it is for").fill("Shop server")
    page.get_by_text("Choose what it may do").click()
    page.get_by_label("customers:read").check()
    page.locator("section").get_by_role("button", name="Make a key").click()
    key = page.locator("[data-secret]").inner_text()
    looks_right(page)
    assert key.startswith("rk_test_")
    assert vendor.stack.request("GET", "/v1/customers", key=key).status_code == 200
    assert vendor.stack.request("GET", "/v1/invoices", key=key).status_code == 403
    go_to(page, "API keys")
    assert key not in page.content()
    page.get_by_role("button", name="Revoke Shop server").click()
    expect(page.get_by_text("revoked on")).to_be_visible()
    time.sleep(WITHIN)
    assert vendor.stack.request("GET", "/v1/customers", key=key).status_code == 401

    go_to(page, "Identity secrets")
    page.get_by_label("What it is for").fill("Website")
    page.get_by_label("Also take hashes without expiry (v1)").check()
    page.locator("section").get_by_role("button", name="Make a secret").click()
    secret = page.locator("[data-secret]").inner_text()
    looks_right(page)

    go_to(page, "Identity check")
    page.get_by_label("E-mail address or customer id").fill(EMAIL)
    page.get_by_label("Hash or token").fill(v1(secret, EMAIL).upper())
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("The hash is written in capital letters")).to_be_visible()
    expect(page.get_by_text(v1(secret, EMAIL))).to_be_visible()  # in test mode only
    assert secret not in page.content()
    looks_right(page)


@pytest.mark.feature("M10", "J12", "A17")
def test_support_sees_what_a_customer_sees_changes_nothing_and_is_out_when_removed(
    vendor: Vendor, staff: tuple[str, str], visit: Visit
) -> None:
    customer = vendor.customer(EMAIL)
    subscription = vendor.subscription(customer)
    page = visit()
    sign_in(page, vendor, staff[1])
    in_test_mode(page)
    go_to(page, "Customers")
    page.get_by_label("E-mail, name, company, id or order number").fill(EMAIL)
    page.get_by_role("button", name="Find").click()
    page.locator(f"#{customer['id']}").get_by_role("link").click()
    page.get_by_role("link", name="Portal link, view as customer").click()
    page.get_by_label("Reason").fill(REASON)
    page.get_by_role("button", name="View as customer").click()
    looks_right(page)
    page.get_by_role("link", name="Open the portal").click()
    expect(page.get_by_text(REASON)).to_be_visible()
    page.get_by_role("button", name=re.compile("Look|View|Continue")).click()

    expect(page.get_by_text("Team plan").first).to_be_visible()
    banner = page.get_by_text("You see this page as the customer does")
    expect(banner).to_be_visible()
    looks_right(page)
    for path in ("", "/activity", "/sessions", "/payment-methods"):
        page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}{path}")
        expect(banner).to_be_visible()
    cookies = {each["name"]: each["value"] for each in page.context.cookies()}
    refused = post(vendor, page, f"/p/{vendor.portal}/subscriptions/{subscription['id']}/cancellation", cookies)
    assert refused.status_code == 403
    assert "nothing can be changed here" in unescape(refused.text)
    assert vendor.get(f"/v1/subscriptions/{subscription['id']}")["status"] == "active"

    def logged() -> bool:
        return "looked at your pages" in page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}/activity").text()

    until(logged, seconds=20, every=0.5, what="the customer's record says so")
    expect(page.get_by_text(REASON)).to_be_visible()
    lines = vendor.get("/v1/action_log", params={"customer": customer["id"]})["data"]
    (line,) = [each for each in lines if each["action"] == "customer.viewed"]
    assert (line["actor_kind"], line["after"]["reason"]) == ("staff", REASON)

    vendor.stack.bursar("staff", "remove", staff[1], "--vendor", vendor.slug)
    time.sleep(WITHIN)
    page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}")
    expect(banner).not_to_be_visible()
    expect(page.get_by_label("E-mail address")).to_be_visible()
    page.goto(f"{vendor.stack.base_url}/console/access/people")
    expect(page).to_have_url(re.compile("/console/sign-in"))


@pytest.mark.feature("A23")
def test_an_owner_accepts_a_risk_and_is_told_by_mail(vendor: Vendor, staff: tuple[str, str], visit: Visit) -> None:
    """SE-16, in live mode, where no key may; without scripts."""
    portal = vendor.get("/v1/portal_configurations?is_default=true", live=True)["data"][0]
    vendor.patch(
        f"/v1/portal_configurations/{portal['id']}", {"sign_in": {"methods": ["email", "permanent_link"]}}, live=True
    )
    page = visit(scripts=False)
    sign_in(page, vendor, staff[0], scripts=False)
    go_to(page, "Ways in")
    card = page.get_by_role("region", name=vendor.slug, exact=True)
    card.get_by_role("checkbox", name=re.compile("Permanent link")).check()
    card.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Read what it risks, and accept it.")).to_be_visible()
    card.get_by_role("checkbox", name=re.compile("Permanent link")).check()
    card.get_by_label("I have read what this risks").check()
    card.get_by_role("button", name="Save").click()
    expect(page.get_by_text("is being changed")).to_be_visible()

    now = vendor.get(f"/v1/portal_configurations/{portal['id']}", live=True)
    assert now["sign_in"]["direct_actions"] == ["permanent_link"]
    lines = vendor.get("/v1/action_log", live=True)["data"]
    accepted = next(each for each in lines if each["action"] == "portal_configuration.direct_actions_accepted")
    assert accepted["actor_kind"] == "staff"

    def mail() -> list[str]:
        sent = vendor.get("/v1/messages", live=True)["data"]
        return sorted(each["to"] for each in sent if each["kind"] == "direct_actions_on")

    until(lambda: len(mail()) == 2, seconds=30, what="both owners are told")
    assert mail() == sorted([staff[0], "owner@shop.example"])


def post(vendor: Vendor, page: Page, path: str, cookies: dict[str, str]) -> requests.Response:
    """A form of the page's own, sent without the page."""
    token = page.locator("input[name=csrf_token]").first.input_value()
    return vendor.stack.request(
        "POST",
        path,
        data={"csrf_token": token},
        headers={"Origin": vendor.stack.base_url, "Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())},
    )
