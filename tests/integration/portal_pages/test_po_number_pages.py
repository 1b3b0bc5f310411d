"""Purchase order numbers on the customer's pages: with the details, and by subscription."""

import pytest

from shared.events import PaymentSucceeded
from tests.integration.portal import cards, changing
from tests.integration.portal.shop import Shop
from tests.integration.portal_pages.conftest import Visitor
from tests.integration.portal_pages.test_details_page import on_file, send
from tests.integration.portal_pages.test_ways_pages import configure

PAGE = "/details/po-numbers"


@pytest.mark.feature("M05")
def test_a_number_for_the_next_invoice_stands_with_the_details_until_it_is_printed(visitor: Visitor) -> None:
    assert send(visitor, {"po_number": "PO 1", "next_po_number": "PO 3"}).status_code == 303
    assert 'value="PO 3"' in visitor.get("/details").text

    for _ in range(2):
        visitor.shop.payment({"id": visitor.customers[0]})

    assert [each.buyer["po_number"] for each in visitor.shop.said(PaymentSucceeded)][-2:] == ["PO 3", "PO 1"]
    assert 'value="PO 3"' not in visitor.get("/details").text
    assert on_file(visitor)["next_po_number"] is None


@pytest.mark.feature("M05")
def test_each_subscription_has_its_own(visitor: Visitor) -> None:
    made = visitor.shop.subscription(customer={"id": visitor.customers[0]})

    wrong = visitor.post(PAGE, {**visitor.hidden(PAGE), f"of.{made['id']}": "x" * 101})
    assert (wrong.status_code, "At most 100 characters are allowed." in wrong.text) == (422, True)
    saved = visitor.post(PAGE, {**visitor.hidden(PAGE), f"of.{made['id']}": " PO 2 "})
    assert saved.status_code == 303
    assert 'value="PO 2"' in visitor.get(PAGE).text
    assert visitor.shop.get(f"/v1/subscriptions/{made['id']}")["po_number"] == "PO 2"
    cleared = visitor.post(PAGE, {**visitor.hidden(PAGE), f"of.{made['id']}": ""})
    assert cleared.status_code == 303
    assert visitor.shop.get(f"/v1/subscriptions/{made['id']}")["po_number"] is None


def test_nobody_elses_subscription_can_be_named(visitor: Visitor, other: Shop) -> None:
    of_neighbor = visitor.shop.subscription(customer=visitor.shop.customer("b@example.com"))
    of_other_shop = other.subscription()

    for each in (of_neighbor, of_other_shop):
        answer = visitor.post(PAGE, {**visitor.hidden(PAGE), f"of.{each['id']}": "MINE"})
        assert answer.status_code == 404
    assert visitor.shop.get(f"/v1/subscriptions/{of_neighbor['id']}")["po_number"] is None


def test_where_details_may_not_be_changed_neither_may_these(visitor: Visitor) -> None:
    form = visitor.hidden(PAGE)
    made = visitor.shop.subscription(customer={"id": visitor.customers[0]})
    configure(visitor.shop, features={"customer_update": {"enabled": False}})

    assert visitor.post(PAGE, {**form, f"of.{made['id']}": "PO 2"}).status_code == 403
    assert visitor.get(PAGE).status_code == 403


@pytest.mark.feature("M05")
def test_where_one_is_needed_the_page_of_the_change_asks_for_it_and_goes_on(visitor: Visitor) -> None:
    shop, customer = visitor.shop, visitor.customers[0]
    sold = changing.plans(shop)
    cards.card(shop, customer)
    made = shop.post(
        "/v1/subscriptions", {"customer": customer, "plan": sold.team["id"]}, headers={"Idempotency-Key": "ada"}
    )
    changing.allow(shop)
    shop.patch("/v1/billing_settings", {"po_number_required": True})
    page = f"/subscriptions/{made['id']}/change"

    asked = visitor.get(f"{page}?plan={sold.pro['id']}")
    assert asked.status_code == 409
    assert "needs a purchase order number on your invoices" in asked.text
    assert "First, a purchase order number" in visitor.get(page).text

    form = {**visitor.hidden(PAGE), "subscription": made["id"], "step": "change", "plan": sold.pro["id"]}
    empty = visitor.post(PAGE, {**form, f"of.{made['id']}": " "})
    assert (empty.status_code, "This field is required." in empty.text) == (422, True)
    assert f'name="plan" value="{sold.pro["id"]}"' in empty.text
    given = visitor.post(PAGE, {**form, f"of.{made['id']}": "PO 8"})
    assert given.headers["Location"] == f"{visitor.home}{page}?plan={sold.pro['id']}"
    assert visitor.get(f"{page}?plan={sold.pro['id']}").status_code == 200
    assert "First, a purchase order number" not in visitor.get(page).text


def test_a_form_leads_nowhere_but_to_the_change_it_was_sent_for(visitor: Visitor) -> None:
    made = visitor.shop.subscription(customer={"id": visitor.customers[0]})
    form = {**visitor.hidden(PAGE), f"of.{made['id']}": "PO 8", "subscription": made["id"], "step": "change"}

    for wrong in ({"step": "//evil.example"}, {"plan": "x?y=//evil"}, {"quantity": "1#2"}):
        answer = visitor.post(PAGE, form | wrong)
        assert answer.headers["Location"].startswith(f"{visitor.home}{PAGE}?customer=")


@pytest.mark.feature("M05")
def test_where_details_may_not_be_changed_the_page_says_what_is_missing(visitor: Visitor) -> None:
    shop, customer = visitor.shop, visitor.customers[0]
    sold = changing.plans(shop)
    cards.card(shop, customer)
    made = shop.post(
        "/v1/subscriptions", {"customer": customer, "plan": sold.team["id"]}, headers={"Idempotency-Key": "ada"}
    )
    changing.allow(shop)
    configure(shop, features={"customer_update": {"enabled": False}})
    shop.patch("/v1/billing_settings", {"po_number_required": True})

    asked = visitor.get(f"/subscriptions/{made['id']}/change?plan={sold.pro['id']}")

    assert (asked.status_code, "Please enter one under billing details" in asked.text) == (409, True)
    assert 'id="po-number"' not in asked.text
