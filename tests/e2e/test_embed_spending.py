"""Buying more inside the widget: an add-on with its part of the period, and credit by card."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.test_embed_acting import GOOD, add_card, key
from tests.support.browser import violations
from tests.support.shop_page import ShopPage, confirm, frame_of, framed, wait_for
from tests.support.vendors import Vendor, code_in
from tests.support.widgets import EMAIL, Guest, make_widget

FEATURES = {
    "subscription_addons": {"enabled": True},
    "wallet": {"enabled": True, "currency": "EUR", "amounts": [1500, 3000]},
}


@pytest.mark.feature("B15", "C27")
def test_an_add_on_and_credit_are_bought_in_the_frame(vendor: Vendor, shop_page: ShopPage, guest: Guest) -> None:
    widget = make_widget(vendor, shop_page, features=FEATURES)
    product = vendor.post("/v1/products", {"name": "Studio", "tax_rate": 1900, "tax_behavior": "inclusive"})["id"]
    of = {"product": product, "currency": "EUR", "interval": "month"}
    plan = vendor.post("/v1/plans", {**of, "name": "Solo", "unit_amount": 1000})["id"]
    vendor.post("/v1/addons", {**of, "name": "Backups", "unit_amount": 500, "maximum": 5})
    customer = vendor.customer(EMAIL)
    page = guest()
    page.goto(widget.embed(section="payment_method"))
    add_card(page, GOOD)
    expect(framed(page).get_by_text("The card was added.")).to_be_visible()
    body = {"customer": customer["id"], "plan": plan, "collection": "automatic"}
    subscription = vendor.post("/v1/subscriptions", body, headers=key())

    page.goto(widget.embed())
    framed(page).get_by_role("link", name="Solo").first.click()
    framed(page).get_by_role("link", name="Add Backups").click()
    expect(framed(page).get_by_text("1 × Backups, from now on.")).to_be_visible()
    assert violations(frame_of(page)) == []
    confirm(page, re.compile("^Change and pay"))
    assert wait_for(page, "change_addons")[0]["state"] == "done"
    assert [each["quantity"] for each in vendor.get(f"/v1/subscriptions/{subscription['id']}")["addons"]] == [1]

    framed(page).get_by_role("link", name="Billing").first.click()
    framed(page).get_by_role("link", name="Credit").first.click()
    framed(page).get_by_role("link", name="Top up credit").click()
    framed(page).get_by_role("radio", name="€30.00").check()
    framed(page).get_by_role("button", name="Continue").click()
    framed(page).get_by_role("button", name="Send code").click()  # no way in without a code reaches an advance
    framed(page).get_by_label("Six-digit code").fill(code_in(vendor.mail("sign_in", to=EMAIL)))
    expect(framed(page).get_by_text("€30.00 is charged to your card now.")).to_be_visible()
    assert violations(frame_of(page)) == []
    confirm(page, "Pay €30.00")
    assert wait_for(page, "top_up")[0]["state"] == "done"
    (left,) = vendor.get(f"/v1/customers/{customer['id']}/balance")["left"]
    assert (left["amount"], left["currency"]) == (3000, "EUR")
