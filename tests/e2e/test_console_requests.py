"""A call of the vendor's server failed: which, why and what it caused is looked up in the console."""

import pytest
from playwright.sync_api import expect

from tests.e2e.test_console import go_to, in_test_mode, sign_in
from tests.support.browser import Visit
from tests.support.gallery import look
from tests.support.polling import until
from tests.support.vendors import Vendor


@pytest.mark.feature("K04")
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_a_failed_call_is_found_with_its_code_and_a_write_with_its_events(
    vendor: Vendor, visit: Visit, phone: bool
) -> None:
    size = "phone" if phone else "desktop"
    boss = f"boss@{vendor.slug}.example"
    vendor.stack.bursar("staff", "invite", boss, "--vendor", vendor.slug, "--role", "owner")
    customer = vendor.customer("mira@tessaly.example")
    vendor.ask("PATCH", f"/v1/customers/{customer['id']}", json={"email": "nowhere"})
    until(lambda: vendor.get("/v1/events?type=customer.created")["data"], seconds=20, what="the event is kept")
    page = visit(phone=phone, dark=phone)
    sign_in(page, vendor, boss)
    in_test_mode(page)

    go_to(page, "Request log")
    expect(page.get_by_role("link", name="PATCH /v1/customers/{customer_id}")).to_be_visible()
    look(page, f"console-requests-{size}")
    page.get_by_label("Which").select_option("refused")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("link", name="POST /v1/customers")).to_have_count(0)
    page.get_by_role("link", name="PATCH /v1/customers/{customer_id}").click()
    expect(page.get_by_text(f"PATCH /v1/customers/{customer['id']}")).to_be_visible()
    expect(page.get_by_text("email", exact=True)).to_be_visible()
    look(page, f"console-request-{size}")

    go_to(page, "Request log")
    page.get_by_role("link", name="POST /v1/customers").first.click()
    page.get_by_role("link", name="What it caused").click()
    expect(page.get_by_role("link", name="customer.created")).to_be_visible()
