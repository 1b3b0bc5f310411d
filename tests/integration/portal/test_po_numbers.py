"""Purchase order numbers: which one an invoice prints, once where it is for once, and when there must be one."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from services.portal.actions.payments.record import record
from services.portal.rules.customers.po_number import PoNumberRequired
from services.portal.rules.payments.recording import line_of
from shared import clock
from shared.events import PaymentSucceeded
from tests.integration.portal import changing, clockwork
from tests.integration.portal.shop import Shop


def printed(shop: Shop) -> list[str | None]:
    """What the invoices print, oldest first."""
    return [each.buyer["po_number"] for each in shop.said(PaymentSucceeded)]


def number(shop: Shop, subscription: dict[str, Any], value: str | None) -> None:
    shop.patch(f"/v1/subscriptions/{subscription['id']}", {"po_number": value})


@pytest.mark.feature("M05")
def test_the_next_invoices_comes_first_then_the_subscriptions_then_the_customers(shop: Shop) -> None:
    subscription = clockwork.subscriber(shop)
    customer = {"id": subscription["customer"]}
    shop.patch(f"/v1/customers/{customer['id']}", {"po_number": "PO 1", "next_po_number": "PO 3"})
    number(shop, subscription, "PO 2")
    before = len(printed(shop))

    for _ in range(2):
        clockwork.advance(shop, "1mo")
    shop.payment(customer)

    assert printed(shop)[before:] == ["PO 3", "PO 2", "PO 1"]
    kept = shop.get(f"/v1/customers/{customer['id']}")
    assert (kept["po_number"], kept["next_po_number"]) == ("PO 1", None)


def test_of_two_payments_at_once_one_prints_what_is_for_the_next_alone(shop: Shop) -> None:
    customer = shop.customer()
    shop.patch(f"/v1/customers/{customer['id']}", {"next_po_number": "PO 3"})
    threads = [threading.Thread(target=shop.payment, args=(customer,)) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(printed(shop), key=str) == [None] * 5 + ["PO 3"]


def test_what_was_paid_before_bursar_knew_of_it_does_not_use_it_up(shop: Shop) -> None:
    customer = shop.customer(next_po_number="PO 3")
    with shop.inside() as session:
        record(
            session,
            customer=customer["id"],
            lines=[line_of(description="Reeds", quantity=1, amount=100)],
            currency="EUR",
            tax_behavior="inclusive",
            paid_at=clock.now() - timedelta(days=9000),
            historical=True,
            now=clock.now(),
        )

    assert printed(shop) == [None]
    assert shop.get(f"/v1/customers/{customer['id']}")["next_po_number"] == "PO 3"


@pytest.mark.parametrize(("given", "status"), [("x" * 100, 200), ("x" * 101, 400), ("PO\n4711", 400), ("", 400)])
def test_a_number_has_a_hundred_characters_at_most_on_one_line(shop: Shop, given: str, status: int) -> None:
    subscription = shop.subscription()

    answer = shop.ask("PATCH", f"/v1/subscriptions/{subscription['id']}", json={"po_number": given})

    assert answer.status_code == status


def test_coming_back_keeps_the_number_and_a_new_subscription_may_bring_one(shop: Shop) -> None:
    made = shop.subscription(po_number="PO 7")

    assert made["po_number"] == "PO 7"
    number(shop, made, None)
    assert shop.get(f"/v1/subscriptions/{made['id']}")["po_number"] is None


@pytest.mark.feature("M05")
def test_where_the_vendor_wants_one_nothing_changes_or_is_charged_before_there_is_one(shop: Shop) -> None:
    sold = changing.plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    changing.allow(shop)
    shown = changing.prepare(shop, subscription, plan=sold.pro["id"])
    shop.patch("/v1/billing_settings", {"po_number_required": True})
    paid = len(printed(shop))

    with pytest.raises(PoNumberRequired):
        changing.prepare(shop, subscription, plan=sold.pro["id"])
    with pytest.raises(PoNumberRequired):
        changing.confirm(shop, subscription, shown.confirmation, plan=sold.pro["id"])
    assert len(printed(shop)) == paid
    assert clockwork.read(shop, subscription["id"])["plan"] == sold.team["id"]

    number(shop, subscription, "PO 9")
    again = changing.prepare(shop, subscription, plan=sold.pro["id"])
    changing.confirm(shop, subscription, again.confirmation, plan=sold.pro["id"])
    assert printed(shop)[-1] == "PO 9"
    assert clockwork.read(shop, subscription["id"])["plan"] == sold.pro["id"]


def test_the_vendors_own_key_is_not_asked_for_one(shop: Shop) -> None:
    sold = changing.plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    shop.patch("/v1/billing_settings", {"po_number_required": True})

    assert changing.done(changing.ask(shop, subscription, {"plan": sold.pro["id"]}))["plan"] == sold.pro["id"]
    assert shop.get("/v1/billing_settings")["po_number_required"] is True


def test_an_erased_customers_numbers_are_gone(shop: Shop) -> None:
    customer = shop.customer(po_number="PO 1", next_po_number="PO 3")
    shop.post(f"/v1/customers/{customer['id']}/erase", {})

    kept = shop.get(f"/v1/customers/{customer['id']}")
    assert (kept["po_number"], kept["next_po_number"]) == (None, None)
