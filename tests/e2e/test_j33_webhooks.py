"""J33: a webhook endpoint is added; one delivery arrives, one fails and is retried, one is resent; a secret rotates."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.test_console import go_to, in_test_mode, sign_in
from tests.support.browser import Visit
from tests.support.gallery import look
from tests.support.polling import until
from tests.support.receivers import Arrived, Receiver, receiver
from tests.support.vendors import Vendor


@pytest.fixture
def shop() -> Iterator[Receiver]:
    """The vendor's own program."""
    with receiver() as listening:
        yield listening


@pytest.mark.feature("K01", "K03", "M13")
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_j33_webhooks(vendor: Vendor, shop: Receiver, visit: Visit, phone: bool) -> None:
    size = "phone" if phone else "desktop"
    owner = f"dev@{vendor.slug}.example"
    vendor.stack.bursar("staff", "invite", owner, "--vendor", vendor.slug, "--role", "owner")
    page = visit(phone=phone, dark=phone)
    sign_in(page, vendor, owner)
    in_test_mode(page)

    go_to(page, "Webhooks")
    look(page, f"j33-none-{size}")
    page.get_by_label("Address").fill("https://10.0.0.7/hooks")
    page.get_by_role("button", name="Add an endpoint").click()
    expect(page.get_by_text("Nothing is sent to 10.0.0.7")).to_be_visible()
    page.get_by_label("Address").fill(shop.url)
    page.get_by_label("Only these:").check()
    page.get_by_label("customer.created").check()
    page.get_by_role("button", name="Add an endpoint").click()
    secret = page.locator("[data-secret]").inner_text()
    look(page, f"j33-secret-{size}")

    page.get_by_role("button", name="Send a test").click()
    expect(page.get_by_text("A test is on its way.")).to_be_visible()
    test = arrived(shop, 1)
    assert test.is_of(secret)
    assert test.said["type"] == "webhook_endpoint.test"

    a_failure_is_retried_by_itself(page, vendor, shop, secret, size)
    the_secret_is_replaced(page, vendor, shop, secret)
    one_is_sent_again(page, shop)
    it_is_switched_off_and_sent_what_it_missed(page, vendor, shop, size)


def a_failure_is_retried_by_itself(page: Page, vendor: Vendor, shop: Receiver, secret: str, size: str) -> None:
    """The first answer is a 500; five seconds later it arrives, under the same id."""
    shop.answers = [500]
    vendor.customer("mira@shop.example")
    first = arrived(shop, 2)
    page.reload()
    expect(page.get_by_text("Nothing has arrived since").or_(page.get_by_text("Arrived").first).first).to_be_visible()
    second = arrived(shop, 3)
    assert first.said["type"] == second.said["type"] == "customer.created"
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert second.is_of(secret)
    page.reload()
    page.get_by_role("link", name="customer.created").click()
    until(lambda: reloaded(page).get_by_text("Attempt 2").count(), seconds=20, what="the second attempt is recorded")
    expect(page.get_by_text("Answered 500")).to_be_visible()
    expect(page.get_by_text("mira@shop.example")).to_be_visible()
    look(page, f"j33-delivery-{size}")


def the_secret_is_replaced(page: Page, vendor: Vendor, shop: Receiver, old: str) -> None:
    """For a day both sign."""
    page.get_by_role("link", name=shop.url).click()
    page.get_by_role("button", name="Replace the secret").click()
    new = page.locator("[data-secret]").inner_text()
    seen = len(shop.arrived)
    vendor.customer("noor@shop.example")
    told = arrived(shop, seen + 1)
    assert new != old
    assert told.is_of(old)
    assert told.is_of(new)


def one_is_sent_again(page: Page, shop: Receiver) -> None:
    """Under its own id."""
    until(lambda: reloaded_home(page).count() == 2, seconds=20, what="both deliveries are shown")
    page.get_by_role("link", name="customer.created").first.click()
    expect(page.get_by_text("noor@shop.example")).to_be_visible()
    seen = len(shop.arrived)
    page.get_by_role("button", name="Resend").click()
    expect(page.get_by_text("It is on its way again.")).to_be_visible()
    assert arrived(shop, seen + 1).headers["webhook-id"] == shop.arrived[seen - 1].headers["webhook-id"]


def it_is_switched_off_and_sent_what_it_missed(page: Page, vendor: Vendor, shop: Receiver, size: str) -> None:
    """Nothing arrives while it is off; the overview says so only for what failed by itself."""
    page.get_by_role("link", name=shop.url).click()
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_text("It is switched off.")).to_be_visible()
    seen = len(shop.arrived)
    made = vendor.customer("ada@shop.example")
    until(
        lambda: vendor.get(f"/v1/events?customer={made['id']}")["data"], seconds=20, what="the event is kept meanwhile"
    )
    assert len(shop.arrived) == seen
    page.get_by_role("button", name="Switch on").click()
    page.get_by_role("button", name="Resend").click()
    expect(page.get_by_text("on its way").or_(page.get_by_text("on their way"))).to_be_visible()
    until(
        lambda: any(each.said["customer"] == made["id"] for each in shop.arrived[seen:]),
        seconds=20,
        what="what it missed arrives",
    )
    shop.answers = [410]
    vendor.customer("eve@shop.example")
    until(lambda: reloaded(page).get_by_text("it answered that it is gone").count(), seconds=20, what="it is off")
    look(page, f"j33-gone-{size}")
    go_to(page, "Overview")
    expect(page.get_by_role("link", name="1 webhook was given up since yesterday")).to_be_visible()
    page.get_by_role("link", name="1 webhook was given up since yesterday").click()
    expect(page.get_by_role("row").filter(has_text="Failed")).to_have_count(1)
    look(page, f"j33-failed-{size}")


def arrived(shop: Receiver, number: int) -> Arrived:
    """The webhook with this number, from 1, once it is there."""
    until(lambda: len(shop.arrived) >= number, seconds=30, what=f"webhook {number}")
    return shop.arrived[number - 1]


def reloaded(page: Page) -> Page:
    page.reload()
    return page


def reloaded_home(page: Page) -> Locator:
    """The deliveries of customers on the endpoint's page."""
    page.goto(page.url.partition("?")[0])
    return page.get_by_role("link", name="customer.created")
