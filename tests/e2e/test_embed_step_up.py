"""Fresh proof inside the widget: in place, without a cookie, and what was entered goes on."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.shop_page import ShopPage, confirm, framed, wait_for
from tests.support.vendors import Vendor, code_in
from tests.support.widgets import EMAIL, Guest, make_widget

CANCEL = re.compile("^Cancel subscription")


@pytest.mark.feature("A22", "B15")
def test_in_the_frame_the_code_is_asked_for_in_place(vendor: Vendor, shop_page: ShopPage, guest: Guest) -> None:
    """SE-09: the frame's session goes by a new token in its memory; every cookie is blocked."""
    widget = make_widget(vendor, shop_page, sign_in={"direct_actions": []})
    subscription = vendor.subscription(vendor.customer(EMAIL))
    page = guest()
    page.goto(widget.embed())
    frame = framed(page)
    expect(frame.get_by_text("Team plan").first).to_be_visible()

    frame.get_by_role("link", name="People with access").click()
    frame.get_by_label("Their e-mail address").fill("noor@books.example")
    frame.get_by_role("button", name="Send invitation").click()
    expect(frame.get_by_role("heading", name="Confirm it is you")).to_be_visible()
    frame.get_by_label("Six-digit code").fill(code_in(vendor.mail("sign_in", to=EMAIL)))
    expect(frame.locator("[data-delegate]")).to_have_count(1)
    assert [each["email"] for each in vendor.get("/v1/delegates")["data"]] == ["noor@books.example"]

    frame.get_by_role("link", name="Back to your purchases").click()
    frame.get_by_role("link", name=CANCEL).click()
    confirm(page, CANCEL)
    wait_for(page, "cancel")
    assert vendor.get(f"/v1/subscriptions/{subscription['id']}")["status"] == "canceled"
