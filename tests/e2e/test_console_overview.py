"""The console's first page in a real browser: its numbers, the tables behind them, what waits, what is to be set up."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_console import in_test_mode, sign_in
from tests.support.browser import Visit
from tests.support.gallery import look
from tests.support.polling import until
from tests.support.vendors import Vendor

SIZES = pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])


def tile(page: Page, name: str) -> str:
    found = page.get_by_role("region", name=name, exact=True)
    return found.locator(".tile-number").inner_text()


@SIZES
def test_the_overview_says_how_things_stand_and_leads_to_what_waits(vendor: Vendor, visit: Visit, phone: bool) -> None:
    size = "phone" if phone else "desktop"
    boss = f"boss@{vendor.slug}.example"
    vendor.stack.bursar("staff", "invite", boss, "--vendor", vendor.slug, "--role", "owner")
    customer = vendor.customer("mira@tessaly.example", display_name="Mira Halden")
    subscription = vendor.subscription(customer)
    leaving = vendor.subscription(vendor.customer("oskar@brandt.example"))
    vendor.post(f"/v1/subscriptions/{leaving['id']}/cancel", {"feedback": "too_expensive"})
    question = {"customer": customer["id"], "subject": "Where is my invoice?", "message": "I can't find it."}
    vendor.post("/v1/tickets", question)

    page = visit(phone=phone, dark=phone)
    sign_in(page, vendor, boss)
    look(page, f"console-overview-empty-{size}")
    in_test_mode(page)
    expect(page.get_by_role("heading", name="Overview", level=1)).to_be_visible()

    assert tile(page, "Active subscriptions") == "1"
    assert tile(page, "Canceled in 30 days") == "1"
    assert tile(page, "Recurring revenue a month") != "–"
    expect(page.get_by_text("It is too expensive")).to_be_visible()
    page.get_by_text("Subscriptions week by week").click()
    expect(page.get_by_role("columnheader", name="Subscriptions")).to_be_visible()
    look(page, f"console-overview-{size}")
    page.get_by_text("Subscriptions week by week").click()

    expect(page.get_by_role("link", name="A plan in the catalog")).to_have_count(0)
    expect(page.get_by_role("link", name="The portal seen on your site")).to_be_visible()
    page.get_by_role("link", name="1 ticket is not closed").click()
    expect(page.get_by_role("heading", name="Tickets", level=1)).to_be_visible()
    assert vendor.get(f"/v1/subscriptions/{subscription['id']}")["status"] == "active"


@pytest.mark.feature("J12")
@SIZES
def test_inviting_somebody_ticks_the_team(vendor: Vendor, visit: Visit, phone: bool) -> None:
    size = "phone" if phone else "desktop"
    boss = f"boss@{vendor.slug}.example"
    vendor.stack.bursar("staff", "invite", boss, "--vendor", vendor.slug, "--role", "owner")
    (first,) = [each for each in vendor.get("/v1/vendor_users")["data"] if each["email"] != boss]
    assert vendor.ask("DELETE", f"/v1/vendor_users/{first['id']}").status_code == 204
    page = visit(phone=phone, dark=not phone)
    sign_in(page, vendor, boss)
    open_step = page.get_by_role("link", name="Your team invited")

    def is_open() -> bool:
        page.goto(f"{vendor.stack.base_url}/console/overview")
        return open_step.count() == 1

    until(is_open, seconds=30, what="the record knows that the boss is alone")
    look(page, f"console-overview-team-{size}")
    open_step.click()
    page.get_by_label("E-mail address").fill(f"noor@{vendor.slug}.example")
    page.get_by_role("button", name="Send invitation").click()
    expect(page.get_by_text(f"noor@{vendor.slug}.example").first).to_be_visible()
    until(lambda: not is_open(), seconds=30, what="the record knows of the invitation")
    expect(page.get_by_text("Your team invited (done)")).to_be_visible()
