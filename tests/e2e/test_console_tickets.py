"""Tickets in a real browser: a customer asks to cancel, staff see what it does and approve it, the customer sees it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_console import in_test_mode, sign_in
from tests.e2e.test_portal_journey import EMAIL
from tests.e2e.test_portal_journey import sign_in as customer_signs_in
from tests.support.browser import Visit
from tests.support.gallery import look
from tests.support.vendors import Vendor

SIZES = pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])


def open_tickets(page: Page) -> None:
    page.get_by_role("navigation", name="Pages of the console").get_by_role("link", name="Tickets").click()
    expect(page.get_by_role("heading", name="Tickets", level=1)).to_be_visible()


def make_a_helpdesk(page: Page) -> None:
    open_tickets(page)
    page.get_by_role("navigation", name="Tickets", exact=True).get_by_role("link", name="Helpdesks").click()
    page.get_by_role("link", name="New helpdesk").click()
    page.get_by_label("Name").fill("Billing")
    page.get_by_label("Departments").fill("Refunds\nCancellations")
    page.get_by_role("button", name="Make the helpdesk").click()
    expect(page.get_by_text("The helpdesk is there.")).to_be_visible()


@pytest.mark.feature("C05", "G07")
@SIZES
def test_a_manual_cancel_is_approved_by_clicking_and_the_customer_sees_it(
    vendor: Vendor, visit: Visit, phone: bool
) -> None:
    size = "phone" if phone else "desktop"
    boss = f"boss@{vendor.slug}.example"
    vendor.stack.bursar("staff", "invite", boss, "--vendor", vendor.slug, "--role", "owner")
    customer = vendor.customer(EMAIL, display_name="Mira Tessaly")
    subscription = vendor.subscription(customer)
    question = {"customer": customer["id"], "subject": "Where is my invoice?", "message": "I can't find it."}
    vendor.post("/v1/tickets", question)
    staff = visit(phone=phone, dark=phone)
    sign_in(staff, vendor, boss)
    in_test_mode(staff)
    make_a_helpdesk(staff)
    look(staff, f"console-helpdesks-{size}")
    desk = vendor.get("/v1/helpdesks")["data"][0]["id"]
    default = vendor.get("/v1/portal_configurations?is_default=true")["data"][0]["id"]
    manual = {"execution": "manual", "helpdesk": desk}
    vendor.patch(f"/v1/portal_configurations/{default}", {"features": {"subscription_cancel": manual}})

    buyer = visit(phone=phone)
    customer_signs_in(buyer, vendor)
    buyer.goto(f"{vendor.stack.base_url}/p/{vendor.portal}/subscriptions/{subscription['id']}/cancellation")
    buyer.get_by_label("Too expensive").check()
    buyer.get_by_role("button", name=re.compile("^(Ask to cancel|Continue|Confirm|Cancel)")).last.click()
    open_tickets(staff)
    expect(staff.get_by_text("Renews on")).to_be_visible()
    look(staff, f"console-tickets-{size}")
    assert vendor.get(f"/v1/subscriptions/{subscription['id']}")["status"] == "active"

    staff.get_by_role("link", name=re.compile("^Cancel ")).click()
    expect(staff.get_by_role("heading", name="What approving does")).to_be_visible()
    expect(staff.get_by_text("The subscription ends on")).to_be_visible()
    look(staff, f"console-ticket-{size}")
    staff.get_by_label("Message to the customer").fill("Done. Come back any time.")
    staff.get_by_role("button", name="Approve").click()
    expect(staff.get_by_text("Approved and done.")).to_be_visible()
    look(staff, f"console-ticket-approved-{size}")

    assert vendor.get(f"/v1/subscriptions/{subscription['id']}")["status"] == "canceled"
    buyer.goto(f"{vendor.stack.base_url}/p/{vendor.portal}")
    expect(buyer.get_by_text(re.compile("Canceled|Ends on")).first).to_be_visible()

    open_tickets(staff)
    staff.get_by_role("checkbox", name=re.compile("Where is my invoice")).check()
    staff.get_by_role("button", name="Close", exact=True).click()
    expect(staff.get_by_role("heading", name="Close 1 ticket?")).to_be_visible()
    staff.get_by_role("button", name="Close", exact=True).click()
    expect(staff.get_by_text("1 ticket closed")).to_be_visible()
    expect(staff.get_by_text("Nothing here", exact=True)).to_be_visible()


@pytest.mark.feature("G07")
def test_keys_lead_through_the_queue_decide_nothing_and_can_be_turned_off(vendor: Vendor, visit: Visit) -> None:
    boss = f"boss@{vendor.slug}.example"
    vendor.stack.bursar("staff", "invite", boss, "--vendor", vendor.slug, "--role", "owner")
    customer = vendor.customer(EMAIL)
    for subject in ("First", "Second"):
        vendor.post("/v1/tickets", {"customer": customer["id"], "subject": subject, "message": "Please help."})
    page = visit()
    sign_in(page, vendor, boss)
    in_test_mode(page)
    open_tickets(page)

    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Second")).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="First")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Second", level=1)).to_be_visible()
    page.keyboard.press("r")
    expect(page.get_by_label("Message to the customer")).to_be_focused()
    page.keyboard.type("just words, with j and r")
    expect(page.get_by_label("Message to the customer")).to_have_value("just words, with j and r")
    page.keyboard.press("Tab")
    page.keyboard.press("?")
    expect(page.get_by_text("To the message")).to_be_visible()
    look(page, "console-ticket-keys")
    page.get_by_label("Use these keys").uncheck()
    page.keyboard.press("j")
    expect(page.get_by_role("heading", name="Second", level=1)).to_be_visible()
    page.get_by_label("Use these keys").check()
    page.keyboard.press("j")
    expect(page.get_by_role("heading", name="First", level=1)).to_be_visible()
