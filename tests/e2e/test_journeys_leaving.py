"""Customers leave, or are asked to stay, or want money back. Desktop and phone, axe at each stop."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.e2e.test_journeys_changing import entered, state
from tests.e2e.test_portal_journey import SIZES, looks_right
from tests.support.browser import Visit
from tests.support.polling import until
from tests.support.states import FEATURES, Shop, key, open_shop
from tests.support.vendors import Vendor

WAYS_TO_STAY = ("coupon", "pause", "plan")


@pytest.fixture
def shop(vendor: Vendor) -> Shop:
    return open_shop(vendor)


def cancel_feature(shop: Shop, **more: Any) -> None:
    shop.features(subscription_cancel={**FEATURES["subscription_cancel"], **more})


def leave(page: Page, shop: Shop, subscription: dict[str, Any], *, why: str | None = None, now: bool = False) -> None:
    """From the overview, the way that customers go: at most five clicks."""
    page.goto(shop.home)
    page.get_by_role("link", name="Cancel subscription").click()
    looks_right(page)
    if now:
        page.get_by_role("radio", name=re.compile("^At once")).check()
    if why:
        page.get_by_role("radio", name=why).check()
    page.get_by_role("button", name=re.compile("Cancel subscription|Ask")).click()


@pytest.mark.feature("E04", "E07", "E08", "M03")
@SIZES
def test_j21_cancel_now_gives_unused_money_back_with_a_credit_note(shop: Shop, visit: Visit, phone: bool) -> None:
    cancel_feature(shop, proration_behavior="create_prorations", unused_time="refund")
    page, customer = entered(shop, visit, phone, card=True)
    shop.vendor.patch(f"/v1/customers/{customer}", {"country": "DE"})
    subscription = shop.subscribe(customer, collection="automatic")

    leave(page, shop, subscription, now=True)

    expect(page.get_by_text("Team is canceled").or_(page.get_by_text("Ended on")).first).to_be_visible()
    looks_right(page)
    assert state(shop, subscription)["status"] == "ended"
    until(
        lambda: [each["status"] for each in shop.vendor.all_of("/v1/refunds")] == ["succeeded"],
        seconds=20,
        what="the unused time goes back",
    )
    (note,) = until(lambda: shop.vendor.all_of("/v1/credit_notes"), seconds=20, what="the credit note is issued")
    (refund,) = shop.vendor.all_of("/v1/refunds")
    assert (note["refund"], note["total"], note["number"]) == (refund["id"], refund["amount"], "CN-1")
    assert note["number"] in shop.vendor.mail("refund_succeeded")["text"]
    its_papers(page, shop, note)


def its_papers(page: Page, shop: Shop, note: dict[str, Any]) -> None:
    """The credit note stands beside its invoice, with the page of both; each document is the one it says it is."""
    amount = f"-€{note['total'] / 100:.2f}"
    page.goto(f"{shop.home}/invoices")
    expect(page.get_by_role("link", name=f"Credit note CN-1: {amount}")).to_be_visible()
    looks_right(page)
    page.get_by_role("link", name=f"More {note['invoice_number']}", exact=True).click()
    expect(page.get_by_role("heading", name="Credit note CN-1")).to_be_visible()
    expect(page.get_by_text(amount)).to_be_visible()
    looks_right(page)
    for name, begins in (
        ("Credit note (PDF) CN-1", b"%PDF"),
        ("Receipt for the payment (PDF)", b"%PDF"),
        ("E-invoice (XML) CN-1", b"<?xml"),
        ("E-invoice (UBL) CN-1", b"<?xml"),
        (f"PDF with e-invoice (Factur-X) {note['invoice_number']}", b"%PDF"),
    ):
        with page.expect_download() as download:
            page.get_by_role("link", name=name, exact=True).click()
        content = Path(download.value.path()).read_bytes()
        assert content.startswith(begins), name
        if name.startswith(("Credit note", "Receipt")):
            said = "".join(each.extract_text() for each in PdfReader(io.BytesIO(content)).pages)
            assert "CN-1" in said
            assert f"€{note['total'] / 100:.2f}" in said
        if name.startswith("E-invoice (XML)"):
            assert f"<ram:GrandTotalAmount>{note['total'] / 100:.2f}</ram:GrandTotalAmount>".encode() in content


@pytest.mark.parametrize("way", WAYS_TO_STAY)
@SIZES
def test_j22_an_offer_is_taken_or_declined_and_both_weigh_the_same(
    shop: Shop, visit: Visit, phone: bool, way: str
) -> None:
    more = {"plan": shop.solo} if way == "plan" else {}
    if way == "coupon":
        coupon = {"code": "STAY", "name": "Stay", "percent_off": 2500}
        more = {"coupon": shop.vendor.post("/v1/coupons", coupon)["id"]}
    cancel_feature(shop, offers=[{"kind": way, **more}])
    page, customer = entered(shop, visit, phone)
    subscription = shop.subscribe(customer)

    leave(page, shop, subscription, why="It is too expensive")
    expect(page.get_by_role("heading", name="Before you go")).to_be_visible()
    looks_right(page)
    page.reload()  # which sends the form again, and neither cancels nor loses the offer
    expect(page.get_by_role("heading", name="Before you go")).to_be_visible()
    assert state(shop, subscription)["status"] == "active"
    take, go = page.locator("[data-offer] .confirm button").all()
    assert [take.bounding_box()["height"], go.bounding_box()["height"]] == [go.bounding_box()["height"]] * 2  # type: ignore[index]
    take.click()
    if way == "plan":
        expect(page).to_have_url(re.compile("/change$"))
    else:
        expect(page.get_by_text("Team goes on")).to_be_visible()
    looks_right(page)
    assert state(shop, subscription)["status"] == "active"

    again = shop.subscribe(customer, plan=shop.solo)
    page.goto(f"{shop.home}/subscriptions/{again['id']}/cancellation")
    page.get_by_role("button", name="Cancel subscription").click()
    if page.get_by_role("heading", name="Before you go").is_visible():
        page.get_by_role("button", name="Cancel now").click()
    expect(page.get_by_text("Solo is canceled")).to_be_visible()
    assert state(shop, again)["status"] == "canceled"


@SIZES
def test_j23_a_cancel_by_hand_waits_is_approved_and_the_customer_sees_it(shop: Shop, visit: Visit, phone: bool) -> None:
    desk = shop.vendor.post("/v1/helpdesks", {"name": "Billing desk"})["id"]
    cancel_feature(shop, execution="manual", helpdesk=desk)
    page, customer = entered(shop, visit, phone)
    subscription = shop.subscribe(customer)

    leave(page, shop, subscription)
    expect(page.get_by_role("heading", name="Cancel Team")).to_be_visible()
    expect(page.get_by_text("Waits for us")).to_be_visible()
    looks_right(page)
    assert state(shop, subscription)["status"] == "active"

    (ticket,) = shop.vendor.all_of("/v1/tickets")
    shop.vendor.post(f"/v1/tickets/{ticket['id']}/approve", {}, headers=key())
    page.reload()
    expect(page.get_by_text("Approved", exact=True)).to_be_visible()
    looks_right(page)
    page.goto(shop.home)
    expect(page.get_by_text(re.compile("Ends on")).first).to_be_visible()
    looks_right(page)


@SIZES
def test_j24_a_refund_at_once_by_ticket_and_after_the_last_day(shop: Shop, visit: Visit, phone: bool) -> None:
    shop.features(refund_request={"enabled": True, "refund_window_days": 14})
    page, customer = entered(shop, visit, phone, card=True)
    shop.subscribe(customer, collection="automatic")

    page.goto(f"{shop.home}/payments")
    expect(page.get_by_text(re.compile("Refundable until")).first).to_be_visible()
    looks_right(page)
    page.get_by_role("link", name=re.compile("Ask for a refund")).first.click()
    looks_right(page)
    page.get_by_role("button", name=re.compile("^Refund €58.00")).click()
    expect(page.get_by_text("Refunded", exact=True).first).to_be_visible()
    looks_right(page)

    desk = shop.vendor.post("/v1/helpdesks", {"name": "Billing desk"})["id"]
    by_hand = {"enabled": True, "refund_window_days": 14, "execution": "manual", "helpdesk": desk}
    shop.features(refund_request=by_hand)
    shop.later("1mo")  # the renewal is another payment
    page.goto(f"{shop.home}/payments")
    page.get_by_role("link", name=re.compile("Ask for a refund")).first.click()
    page.get_by_role("button", name=re.compile("^Ask for €58.00 back")).click()
    expect(page.get_by_text("Your request is with us")).to_be_visible()
    looks_right(page)

    shop.later("20d")
    page.goto(f"{shop.home}/payments")
    expect(page.get_by_role("link", name=re.compile("Ask for a refund"))).to_have_count(0)
    looks_right(page)
