"""A subscription made in Stripe by somebody else's code: its customer sees it in the portal and cancels it there."""

import re
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import expect

from tests.e2e.test_portal_journey import sign_in
from tests.support.browser import Visit, scrolls_sideways, violations
from tests.support.localstripe import KEY, SECRET, Desk, message, running, signed
from tests.support.polling import until
from tests.support.stack import Stack, a_stack
from tests.support.vendors import register

EMAIL = "mira@tessaly.example"


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with running() as desk:
        yield desk


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, desk: Desk) -> Iterator[Stack]:
    """A system whose Stripe is the tests' own."""
    with a_stack(tmp_path_factory.mktemp("stripe"), extra={"STRIPE_API_BASE": desk.url}) as running_stack:
        yield running_stack


def send(stack: Stack, vendor: str, body: bytes, signature: str) -> requests.Response:
    """A message, through the gateway."""
    headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
    return stack.request("POST", f"/integrations/stripe/{vendor}", data=body, headers=headers)


@pytest.mark.feature("C02", "K08")
def test_what_stripe_tells_shows_in_the_portal_and_a_cancel_goes_out(stack: Stack, desk: Desk, visit: Visit) -> None:
    vendor = register(stack)
    keys = {"secret_key": KEY, "webhook_secret": SECRET}
    vendor.patch("/v1/billing_settings", {"billing_source": "stripe", "stripe": keys})
    until(lambda: vendor.get("/v1/imports")["data"][0]["status"] == "completed", seconds=60, what="the sync is done")
    there = desk.subscribe(EMAIL)
    body = message("customer.subscription.created", there)

    forged = send(stack, vendor.slug, body, signed(body, secret="whsec_other"))
    heard = send(stack, vendor.slug, body, signed(body))
    page = visit()
    sign_in(page, vendor, EMAIL)
    expect(page.get_by_text("Studio").first).to_be_visible()
    expect(page.get_by_text("€50.00").first).to_be_visible()
    expect(page.get_by_text("the card for it is kept there")).to_be_visible()
    page.get_by_role("link", name=re.compile("Cancel")).first.click()
    assert violations(page) == []
    assert not scrolls_sideways(page)
    page.get_by_role("button", name=re.compile("Cancel")).first.click()

    expect(page.get_by_text(re.compile("canceled", re.IGNORECASE)).first).to_be_visible()
    (asked,) = desk.changes()
    assert (forged.status_code, heard.status_code) == (422, 200)
    assert (asked.path, asked.given["cancel_at_period_end"]) == (f"/v1/subscriptions/{there['id']}", "true")
    assert vendor.get("/v1/subscriptions")["data"][0]["status"] == "canceled"
    vendor.mail("cancellation", to=EMAIL)
