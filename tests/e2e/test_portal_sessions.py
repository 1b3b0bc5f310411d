"""Ways in that the vendor's backend makes, choosing among customers, and ending sessions; through the gateway."""

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Visit, scrolls_sideways, violations
from tests.support.polling import until
from tests.support.vendors import Vendor, link_in

EMAIL = "mira@tessaly.example"
SITE = "https://app.tessaly.example"


def looks_right(page: Page) -> None:
    assert violations(page) == []
    assert not scrolls_sideways(page)


def configured(vendor: Vendor, **change: Any) -> None:
    """The vendor's first portal, changed."""
    (portal,) = vendor.get("/v1/portal_configurations?is_default=true")["data"]
    vendor.patch(f"/v1/portal_configurations/{portal['id']}", change)


def opened(vendor: Vendor, **body: Any) -> dict[str, Any]:
    """A portal session, once auth has heard of what it is made of."""
    answers: list[Any] = []

    def made() -> bool:
        answers.append(vendor.ask("POST", "/v1/portal_sessions", json=body))
        return bool(answers[-1].status_code == 201)

    until(made, seconds=20, what="a portal session is made")
    found: dict[str, Any] = answers[-1].json()
    return found


def enter(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("button", name="Continue as m").click()


def sign_in(page: Page, vendor: Vendor, *, after: int = 0) -> None:
    page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_role("button", name="Send link and code").click()
    page.goto(link_in(vendor.mail("sign_in", to=EMAIL, after=after)))
    page.get_by_role("button", name="Continue as").click()


@pytest.mark.feature("A09", "B22")
def test_wingback_the_apps_billing_link_opens_the_portal_signed_in(vendor: Vendor, visit: Visit) -> None:
    """One click from the vendor's app: its backend names the user by its own id and redirects; no mail, no password."""
    vendor.subscription(vendor.customer(EMAIL, reference="user-7"))
    configured(vendor, embed={"allowed_origins": [SITE]})
    session = opened(vendor, customer_reference="user-7", return_url=f"{SITE}/account")
    page = visit()

    page.goto(session["url"])
    button = page.get_by_role("button", name="Continue as m")
    expect(button).to_be_visible()
    assert "#" not in page.url
    looks_right(page)
    button.click()

    expect(page).to_have_url(re.compile(rf"/p/{vendor.portal}/?$"))
    expect(page.get_by_text("Team plan").first).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Back to"))).to_have_attribute("href", f"{SITE}/account")
    assert [each["to"] for each in vendor.all_of("/v1/messages") if each["kind"] == "sign_in"] == []
    assert vendor.get(f"/v1/portal_sessions/{session['id']}")["state"] == "active"

    other = visit()
    other.goto(session["url"])
    expect(other.get_by_role("heading", name="This link no longer works")).to_be_visible()
    expect(other.get_by_label("E-mail address")).to_be_visible()
    looks_right(other)


@pytest.mark.feature("A09")
def test_what_only_machines_opened_still_lets_its_owner_in(vendor: Vendor, visit: Visit) -> None:
    """SE-03, ML-03: no script of a scanner's presses the button."""
    vendor.subscription(vendor.customer(EMAIL))
    session, scanner, page = opened(vendor, email=EMAIL), visit(), visit()

    scanner.goto(session["url"])
    scanner.get_by_role("button", name="Continue as m").wait_for()
    scanner.evaluate("() => document.querySelectorAll('button, a').forEach(each => each.click())")
    scanner.wait_for_timeout(500)
    assert vendor.get(f"/v1/portal_sessions/{session['id']}")["state"] == "unopened"

    enter(page, session["url"])
    expect(page.get_by_text("Team plan").first).to_be_visible()


@pytest.mark.feature("B21")
def test_a_flow_opens_its_one_action_and_ends_in_the_vendors_words(vendor: Vendor, visit: Visit) -> None:
    subscription = vendor.subscription(vendor.customer(EMAIL))
    session = opened(
        vendor,
        email=EMAIL,
        flow_data={
            "type": "subscription_cancel",
            "subscription_cancel": {"subscription": subscription["id"]},
            "after_completion": {
                "type": "hosted_confirmation",
                "hosted_confirmation": {"custom_message": "Sorry to see you go, Mira."},
            },
        },
    )
    page = visit()

    enter(page, session["url"])

    expect(page).to_have_url(re.compile(rf"/subscriptions/{subscription['id']}/cancellation$"))
    looks_right(page)
    page.get_by_role("button", name=re.compile("^Cancel")).click()
    expect(page.get_by_text("Sorry to see you go, Mira.")).to_be_visible()
    assert vendor.get(f"/v1/subscriptions/{subscription['id']}")["status"] == "canceled"


@pytest.mark.feature("A16")
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_several_customers_at_one_address_are_chosen_among(vendor: Vendor, visit: Visit, phone: bool) -> None:
    work, home = (vendor.customer(EMAIL, display_name=name) for name in ("Tessaly Foods", "Mira at home"))
    vendor.subscription(work)
    vendor.payment(work)
    page = visit(phone=phone)

    sign_in(page, vendor)

    expect(page.get_by_role("heading", name="Whose purchases?")).to_be_visible()
    expect(page.get_by_text("Last order")).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name="Mira at home").click()
    expect(page).to_have_url(re.compile(rf"/p/{vendor.portal}/?$"))
    expect(page.get_by_text("Team plan")).to_have_count(0)

    page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}/sign-in/choose")
    page.get_by_role("button", name="Tessaly Foods").click()
    expect(page.get_by_text("Team plan").first).to_be_visible()
    refused = vendor.ask("POST", "/v1/portal_sessions", json={"email": EMAIL})
    assert (refused.status_code, refused.json()["code"]) == (409, "customer_ambiguous")
    assert {work["id"], home["id"]} <= set(re.findall(r"cus_\w+", refused.json()["detail"]))


@pytest.mark.feature("A17")
def test_a_session_that_was_ended_elsewhere_is_refused_within_a_second(vendor: Vendor, visit: Visit) -> None:
    """SE-04, SE-10: by the customer from another browser, and by the vendor."""
    customer = vendor.customer(EMAIL)
    vendor.subscription(customer)
    laptop, phone = visit(), visit(phone=True)
    for page in (laptop, phone):
        enter(page, opened(vendor, customer=customer["id"])["url"])
        expect(page.get_by_text("Team plan").first).to_be_visible()

    laptop.goto(f"{vendor.stack.base_url}/p/{vendor.portal}/sessions")
    looks_right(laptop)
    expect(laptop.get_by_role("button", name="End", exact=True)).to_have_count(1)
    laptop.get_by_role("button", name="End all others").click()
    expect(laptop.get_by_role("button", name="End", exact=True)).to_have_count(0)
    time.sleep(1)
    phone.reload()
    expect(phone.get_by_label("E-mail address")).to_be_visible()
    laptop.goto(f"{vendor.stack.base_url}/p/{vendor.portal}")
    expect(laptop.get_by_text("Team plan").first).to_be_visible()

    assert vendor.post("/v1/portal_sessions/revoke", {"customer": customer["id"]}) == {"ended": 1}
    time.sleep(1)
    laptop.reload()
    expect(laptop.get_by_label("E-mail address")).to_be_visible()
    assert {each["state"] for each in vendor.all_of("/v1/portal_sessions")} == {"ended"}
