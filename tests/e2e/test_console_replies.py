"""Saved replies and due times in a real browser: one is written, fills an answer with and without scripts, is sent."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_console import in_test_mode, sign_in
from tests.e2e.test_console_tickets import SIZES, open_tickets
from tests.support.browser import Visit
from tests.support.gallery import look
from tests.support.vendors import Vendor


def save_a_reply(page: Page, size: str) -> None:
    page.get_by_role("navigation", name="Tickets", exact=True).get_by_role("link", name="Saved replies").click()
    expect(page.get_by_text("No saved replies yet")).to_be_visible()
    page.get_by_role("link", name="New saved reply").click()
    page.get_by_label("Name").fill("Where invoices are")
    page.get_by_label("What it says").fill("Hello {name}, see below.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("There is nothing to put in for {name}.")).to_be_visible()
    look(page, f"console-reply-{size}")
    page.get_by_label("What it says").fill("Hello {customer},\n\nyour invoices are in the portal. {vendor}")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The reply is saved.")).to_be_visible()
    look(page, f"console-replies-{size}")


@pytest.mark.feature("G07")
@SIZES
def test_a_saved_reply_answers_the_ticket_that_is_late(vendor: Vendor, visit: Visit, phone: bool) -> None:
    size = "phone" if phone else "desktop"
    boss = f"boss@{vendor.slug}.example"
    vendor.stack.bursar("staff", "invite", boss, "--vendor", vendor.slug, "--role", "owner")
    customer = vendor.customer("mira@tessaly.example", display_name="Mira Tessaly")["id"]
    desk = vendor.post("/v1/helpdesks", {"name": "Billing", "answer_hours": 24})["id"]
    asking = {"customer": customer, "message": "I can't find it.", "helpdesk": desk}
    ticket = vendor.post("/v1/tickets", {**asking, "subject": "Where is my invoice?"})["id"]
    vendor.post("/v1/test_clock/advance", {"by": "27h"})
    for subject in ("Change our VAT number", "How many seats do we have?"):
        vendor.post("/v1/tickets", {**asking, "subject": subject})
    page = visit(phone=phone, dark=phone)
    sign_in(page, vendor, boss)
    in_test_mode(page)
    open_tickets(page)
    expect(page.get_by_text("3 hours late")).to_be_visible()
    expect(page.get_by_text("Due in 1 day").first).to_be_visible()
    page.get_by_label("Order").select_option("Due soonest first")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("a[data-row]").first).to_have_text("Where is my invoice?")
    look(page, f"console-tickets-due-{size}")
    page.get_by_label("Search tickets").fill("invoi")
    page.get_by_label("State").select_option("Late")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("a[data-row]")).to_have_count(1)
    save_a_reply(page, size)

    page.goto(f"{vendor.stack.base_url}/console/tickets/{ticket}")
    box = page.get_by_label("Message to the customer")
    page.get_by_label("Saved reply").select_option("Where invoices are")
    page.get_by_role("button", name="Put it in").click()
    expect(box).to_have_value(re.compile(r"^Hello Mira Tessaly,\n\nyour invoices are in the portal\. "))
    look(page, f"console-ticket-reply-{size}")
    page.get_by_role("button", name="Put it in").click()
    expect(box).to_have_value(re.compile(r"^Hello Mira[^H]*\n\nHello Mira"))
    assert "reply=" not in page.url  # with scripts the page stays
    page.get_by_role("button", name="Send answer").click()
    expect(page.get_by_text("Answered. The customer is told by mail.")).to_be_visible()
    expect(page.get_by_text("hours late")).to_have_count(0)
    assert vendor.get(f"/v1/tickets/{ticket}")["due_at"] is None


def test_without_scripts_the_page_comes_again_with_the_reply(vendor: Vendor, visit: Visit) -> None:
    boss = f"boss@{vendor.slug}.example"
    vendor.stack.bursar("staff", "invite", boss, "--vendor", vendor.slug, "--role", "owner")
    customer = vendor.customer("mira@tessaly.example", display_name="Mira Tessaly")["id"]
    vendor.post("/v1/saved_replies", {"name": "About", "text": "{customer}, your {subscription} goes on."})
    ticket = vendor.post("/v1/tickets", {"customer": customer, "subject": "Hm", "message": "Please help."})["id"]
    page = visit(scripts=False)
    sign_in(page, vendor, boss, scripts=False)
    in_test_mode(page)
    page.goto(f"{vendor.stack.base_url}/console/tickets/{ticket}")
    page.get_by_label("Saved reply").select_option("About")
    page.get_by_role("button", name="Put it in").click()
    expect(page.get_by_label("Message to the customer")).to_have_value("Mira Tessaly, your {subscription} goes on.")
    expect(page.get_by_text("This ticket has nothing to put in for {subscription}.")).to_be_visible()
