"""How a subscription begins: in a trial, charged at once, or collected elsewhere; and what a declined start leaves."""

from typing import Any

import pytest

from shared.events import PaymentFailed, PaymentSucceeded, SubscriptionStarted
from tests.integration.portal import cards
from tests.integration.portal.shop import Shop, ago

KEYED = {"Idempotency-Key": "start"}


def body(shop: Shop, number: str | None = cards.PAYS, **more: Any) -> dict[str, Any]:
    customer = shop.customer()["id"]
    if number is not None:
        cards.card(shop, customer, number)
    return {"customer": customer, "plan": shop.plan()["id"], "quantity": 2, **more}


def test_a_customer_with_a_card_is_charged_at_once_and_then_it_runs(shop: Shop) -> None:
    made = shop.post("/v1/subscriptions", body(shop), headers=KEYED)

    (paid,), (started,) = shop.said(PaymentSucceeded), shop.said(SubscriptionStarted)
    assert (made["status"], made["collection"], made["open_payment"]) == ("active", "automatic", None)
    assert (paid.total, paid.subscription) == (5000, made["id"])
    assert (started.subscription, started.status) == (made["id"], "active")
    assert made["next_charge"]["total"] == 5000
    assert made["next_charge"]["at"] == made["current_period_end"]


def test_what_charges_needs_an_idempotency_key_and_nothing_happens_without(shop: Shop) -> None:
    wanted = body(shop)

    refused = shop.ask("POST", "/v1/subscriptions", json=wanted)

    assert (refused.status_code, refused.json["code"]) == (400, "idempotency_key_missing")
    assert shop.get(f"/v1/subscriptions?customer={wanted['customer']}")["data"] == []


def test_a_declined_start_leaves_nothing_running_and_nothing_owed(shop: Shop) -> None:
    wanted = body(shop, cards.KEPT_BUT_DECLINED)

    refused = shop.ask("POST", "/v1/subscriptions", json=wanted, headers=KEYED)
    again = shop.ask("POST", "/v1/subscriptions", json=wanted, headers=KEYED)

    (row,) = shop.get(f"/v1/subscriptions?customer={wanted['customer']}")["data"]
    (payment,) = shop.get(f"/v1/payments?customer={wanted['customer']}")["data"]
    assert (refused.status_code, refused.json["code"]) == (409, "start_declined")
    assert again.json == refused.json
    assert (row["status"], payment["status"]) == ("ended", "voided")
    assert shop.said(SubscriptionStarted) == shop.said(PaymentFailed) == []


def test_a_vendor_may_keep_it_past_due(shop: Shop) -> None:
    made = shop.post("/v1/subscriptions", body(shop, cards.KEPT_BUT_DECLINED, allow_past_due=True), headers=KEYED)

    assert (made["status"], made["open_payment"]["status"]) == ("past_due", "open")
    assert made["open_payment"]["retry_at"] is not None
    assert len(shop.said(SubscriptionStarted)) == 1


@pytest.mark.parametrize("number", [cards.PAYS, None], ids=["with a card", "without"])
def test_a_plan_with_trial_days_begins_with_a_trial_and_is_charged_at_its_end(shop: Shop, number: str | None) -> None:
    plan = shop.plan(trial_days=14)

    made = shop.post("/v1/subscriptions", {**body(shop, number, collection="automatic"), "plan": plan["id"]})

    assert (made["status"], made["current_period_end"]) == ("trialing", made["trial_end"])
    assert made["next_charge"]["at"] == made["trial_end"]
    assert shop.said(PaymentSucceeded) == []


def test_without_a_card_the_vendor_collects(shop: Shop) -> None:
    made = shop.post("/v1/subscriptions", body(shop, None))

    assert (made["status"], made["collection"]) == ("active", "external")


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"collection": "automatic"}, 409, "no_payment_method"),
        ({"payment_method": "pm_unknown"}, 404, "not_found"),
        ({"collection": "automatic", "started_at": ago(days=3)}, 422, "invalid_request"),
        ({"coupon": "NOPE"}, 409, "coupon_unknown"),
        ({"trial_end": "2030-01-01T00:00:00Z"}, 400, "malformed_request"),
        ({"unit_amount": 1}, 400, "malformed_request"),
    ],
    ids=["no card", "foreign card", "in the past", "coupon", "trial from outside", "price from outside"],
)
def test_what_cannot_begin_is_refused(shop: Shop, more: dict[str, Any], status: int, code: str) -> None:
    wanted = body(shop, None, **more)

    refused = shop.ask("POST", "/v1/subscriptions", json=wanted, headers=KEYED)

    assert (refused.status_code, refused.json["code"]) == (status, code)
    assert shop.get(f"/v1/subscriptions?customer={wanted['customer']}")["data"] == []
