"""Acting inside the widget: what the page around hears and may stop, steps in windows of their own, documents."""

import itertools
import re
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Page, expect

from tests.support.polling import until
from tests.support.shop_page import ShopPage, confirm, framed, heard, wait_for
from tests.support.vendors import Vendor, code_in
from tests.support.widgets import EMAIL, Guest, Widget, make_widget

_KEY = itertools.count(1)
GOOD, ASKS_THE_BANK = "4242 4242 4242 4242", "4000 0000 0000 3220"
STEP_UP_MAIL = "sign_in"
CANCEL = re.compile("^Cancel subscription")


def key() -> dict[str, str]:
    return {"Idempotency-Key": f"embed-{next(_KEY)}"}


def enter_card(page: Page, number: str) -> None:
    """In the processor's own window."""
    page.get_by_label("Card number").fill(number)
    page.get_by_label("Expiry date").fill("12/40")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name="Save card").click()


def add_card(page: Page, number: str) -> None:
    """From the widget's payment methods, in a window, and back in the widget."""
    framed(page).get_by_role("link", name="Add a card").first.click()
    expect(framed(page).get_by_role("button", name="Go to the card form")).to_be_visible()
    with page.expect_popup() as opened:
        confirm(page, "Go to the card form")
    window = opened.value
    assert window.evaluate("window.opener") is None
    enter_card(window, number)
    if number == ASKS_THE_BANK and "/challenge/" in window.url:
        window.get_by_role("button", name="Yes, confirm").click()
    expect(window.get_by_text("You can close this window")).to_be_visible()
    window.close()


@pytest.mark.feature("B15", "C16")
def test_canceling_in_the_frame_is_told_in_ids_and_states(widget: Widget, guest: Guest) -> None:
    subscription = widget.vendor.subscription(widget.vendor.customer(EMAIL))
    page = guest()
    page.goto(widget.embed(section="cancel"))
    expect(framed(page).get_by_role("button", name=CANCEL)).to_be_visible()

    confirm(page, CANCEL)

    told = wait_for(page, "cancel")
    assert told == [{"state": "done", "subscription": subscription["id"]}]
    assert heard(page, "pre_cancel") == [{"subscription": subscription["id"]}]
    assert widget.vendor.get(f"/v1/subscriptions/{subscription['id']}")["status"] == "canceled"
    expect(framed(page).get_by_text(re.compile("Ends on|ends on")).first).to_be_visible()
    framed(page).get_by_role("button", name=re.compile("Undo|Keep")).first.click()
    assert wait_for(page, "undo_cancel")[0]["state"] == "done"


@pytest.mark.feature("B15")
@pytest.mark.parametrize("answer", [False, "throw", "promise"])
def test_the_page_around_may_stop_an_action_and_the_customer_reads_why(
    widget: Widget, guest: Guest, answer: Any
) -> None:
    subscription = widget.vendor.subscription(widget.vendor.customer(EMAIL))
    page = guest()
    page.goto(widget.embed(section="cancel"))
    expect(framed(page).get_by_role("button", name=CANCEL)).to_be_visible()
    page.evaluate("answer => { window.vetoes = { pre_cancel: answer } }", answer)

    confirm(page, CANCEL)

    expect(framed(page).get_by_text("The page around stopped this")).to_be_visible()
    assert heard(page, "cancel") == []
    assert widget.vendor.get(f"/v1/subscriptions/{subscription['id']}")["status"] == "active"


@pytest.mark.feature("B15")
def test_a_page_that_refuses_loading_gets_no_portal(widget: Widget, guest: Guest) -> None:
    widget.vendor.subscription(widget.vendor.customer(EMAIL))
    page = guest()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script("window.addEventListener('DOMContentLoaded', () => { window.vetoes = { pre_load: false } })")

    page.goto(widget.embed())

    expect(framed(page).get_by_text("The page around stopped this")).to_be_visible()
    assert not any(url.endswith("/session") for url in asked)


@pytest.mark.feature("B15", "D01", "D02")
def test_a_card_is_entered_in_a_window_and_the_frame_follows(widget: Widget, guest: Guest) -> None:
    customer = widget.vendor.customer(EMAIL)
    widget.vendor.subscription(customer)
    page = guest()
    page.goto(widget.embed(section="payment_method"))

    add_card(page, GOOD)

    expect(framed(page).get_by_text("The card was added.")).to_be_visible()
    expect(framed(page).get_by_text("Visa ending in 4242").first).to_be_visible()
    told = wait_for(page, "update_payment_method")
    assert told[0]["state"] == "done"
    assert set(told[0]) <= {"state", "payment_method", "subscription"}
    assert {each["name"] for each in page.context.cookies(widget.base)} <= {f"bursar_{widget.vendor.stack.port}_csrf"}


@pytest.mark.feature("D04")
def test_the_banks_question_opens_a_window_and_the_change_happens_once(
    vendor: Vendor, shop_page: ShopPage, guest: Guest
) -> None:
    update = {"subscription_update": {"enabled": True, "default_allowed_updates": ["price"]}}
    widget = make_widget(vendor, shop_page, features=update)
    group = vendor.post("/v1/plan_groups", {"name": "Studio"})["id"]
    product = vendor.post("/v1/products", {"name": "Studio", "tax_rate": 1900, "tax_behavior": "inclusive"})["id"]
    plan = {"product": product, "plan_group": group, "currency": "EUR", "interval": "month"}
    solo, team = (
        vendor.post("/v1/plans", {**plan, "name": name, "unit_amount": cents})["id"]
        for name, cents in (("Solo", 1000), ("Team", 2500))
    )
    customer = vendor.customer(EMAIL)
    page = guest()
    page.goto(widget.embed(section="payment_method"))
    add_card(page, GOOD)
    expect(framed(page).get_by_text("The card was added.")).to_be_visible()
    body = {"customer": customer["id"], "plan": solo, "collection": "automatic"}
    subscription = vendor.post("/v1/subscriptions", body, headers=key())
    add_card(page, ASKS_THE_BANK)
    expect(framed(page).get_by_text("3220").first).to_be_visible()

    page.evaluate("id => window.handle.open('plan', id)", subscription["id"])
    framed(page).get_by_role("radio", name=re.compile("^Team")).check()
    framed(page).get_by_role("button", name="See what it costs").first.click()
    expect(framed(page).get_by_role("button", name=re.compile("Change and pay"))).to_be_visible()
    assert wait_for(page, "select_plan")[0]["plan"] == team
    with page.expect_popup() as opened:
        confirm(page, re.compile("Change and pay"))
    opened.value.get_by_role("button", name="Yes, confirm").click()
    expect(opened.value.get_by_text("You can close this window")).to_be_visible()

    told = wait_for(page, "change_plan")
    assert told[0]["state"] == "done"
    until(
        lambda: vendor.get(f"/v1/subscriptions/{subscription['id']}")["plan"] == team,
        seconds=10,
        what="the plan is changed",
    )
    assert len([each for each in vendor.all_of("/v1/payments") if each["status"] == "succeeded"]) == 2


@pytest.mark.feature("B17", "E01")
def test_an_invoice_is_saved_from_a_widget_of_invoices_alone(widget: Widget, guest: Guest) -> None:
    customer = widget.vendor.customer(EMAIL)
    payment = widget.vendor.payment(customer)
    widget.vendor.invoices(1)
    page = guest()
    page.goto(widget.embed(section="invoices"))
    until(
        lambda: framed(page).get_by_text(payment["order_number"]).count() or (page.reload() and False),
        seconds=20,
        what="the invoice is listed",
    )
    expect(framed(page).locator("nav, .crumb, .who")).to_have_count(0)

    with page.expect_download() as download:
        framed(page).get_by_role("link", name=re.compile("PDF")).last.click()

    assert download.value.suggested_filename.endswith(".pdf")
    assert payment["order_number"] in pypdf.PdfReader(download.value.path()).pages[0].extract_text()


def test_a_weak_sign_in_is_asked_for_a_code_in_place_and_goes_on(
    vendor: Vendor, shop_page: ShopPage, guest: Guest
) -> None:
    widget = make_widget(vendor, shop_page, sign_in={"direct_actions": []})
    subscription = vendor.subscription(vendor.customer(EMAIL))
    page = guest()
    page.goto(widget.embed())

    framed(page).get_by_role("link", name=CANCEL).click()
    send = framed(page).get_by_role("button", name=re.compile("code", re.IGNORECASE))
    expect(send.or_(framed(page).get_by_label("Six-digit code")).first).to_be_visible()
    if send.count() and not framed(page).get_by_label("Six-digit code").count():
        send.first.click()
    framed(page).get_by_label("Six-digit code").fill(code_in(vendor.mail(STEP_UP_MAIL, to=EMAIL)))
    expect(framed(page).get_by_role("button", name=CANCEL)).to_be_visible()
    confirm(page, CANCEL)

    wait_for(page, "cancel")
    assert vendor.get(f"/v1/subscriptions/{subscription['id']}")["status"] == "canceled"
