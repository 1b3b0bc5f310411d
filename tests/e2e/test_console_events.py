"""What happened, looked up in the console: by type, then one event with its fields, then all that a request caused."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.e2e.test_console import go_to, in_test_mode, sign_in
from tests.support.browser import Visit
from tests.support.gallery import look
from tests.support.polling import until
from tests.support.vendors import Vendor


@pytest.mark.feature("K04")
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_an_event_is_found_by_its_type_and_read_with_its_fields(vendor: Vendor, visit: Visit, phone: bool) -> None:
    size = "phone" if phone else "desktop"
    boss = f"boss@{vendor.slug}.example"
    vendor.stack.bursar("staff", "invite", boss, "--vendor", vendor.slug, "--role", "owner")
    customer = vendor.customer("mira@tessaly.example")
    vendor.subscription(customer)
    until(lambda: vendor.get("/v1/events?type=subscription.started")["data"], seconds=20, what="the event is kept")
    page = visit(phone=phone, dark=phone)
    sign_in(page, vendor, boss)
    in_test_mode(page)

    go_to(page, "Events")
    look(page, f"console-events-{size}")
    page.get_by_label("Type").select_option("subscription.started")
    page.get_by_label("From").fill("2000-01-01")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("created_from=2000-01-01"))
    expect(page.get_by_role("link", name="customer.created")).to_have_count(0)
    page.get_by_role("link", name="subscription.started").click()
    expect(page.get_by_role("heading", name="subscription.started", level=1)).to_be_visible()
    expect(page.get_by_text(re.compile("API key key_"))).to_be_visible()
    expect(page.get_by_role("region", name="Its fields")).to_contain_text(customer["id"])
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert json.loads(page.evaluate("navigator.clipboard.readText()"))["customer"] == customer["id"]
    look(page, f"console-event-{size}")
    page.locator("a[href*='request_id=']").click()
    expect(page.get_by_role("link", name="subscription.started")).to_be_visible()
