"""Stripe's own format where localstripe has an older one: objects as its pinned version writes them, and our calls."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.portal.adapters.sources import Order
from services.portal.adapters.stripe import orders, reading

PRICE: dict[str, Any] = {
    "id": "price_1",
    "object": "price",
    "active": True,
    "billing_scheme": "per_unit",
    "currency": "eur",
    "nickname": None,
    "product": "prod_1",
    "recurring": {"interval": "month", "interval_count": 3, "trial_period_days": None, "usage_type": "licensed"},
    "unit_amount": 2500,
}
COUPON = {"id": "SPRING", "object": "coupon", "percent_off": 12.5, "duration": "repeating", "duration_in_months": 3}
SUBSCRIPTION: dict[str, Any] = {
    "id": "sub_1",
    "object": "subscription",
    "cancel_at": 1780185600,
    "cancel_at_period_end": False,
    "cancellation_details": {"comment": "Bye", "feedback": "unused", "reason": "cancellation_requested"},
    "created": 1777593600,
    "customer": "cus_1",
    "discounts": [{"id": "di_1", "object": "discount", "source": {"type": "coupon", "coupon": COUPON}}],
    "items": {
        "data": [
            {
                "id": "si_1",
                "current_period_start": 1777593600,
                "current_period_end": 1780185600,
                "price": PRICE,
                "quantity": 2,
            },
            {"id": "si_2", "price": {**PRICE, "id": "price_2", "unit_amount": 100}, "quantity": 1},
        ]
    },
    "metadata": {"bursar_subscription": "sub_ours"},
    "pause_collection": {"behavior": "void", "resumes_at": 1780185600},
    "start_date": 1777593600,
    "status": "active",
}
INVOICE: dict[str, Any] = {
    "id": "in_1",
    "object": "invoice",
    "created": 1777593600,
    "currency": "eur",
    "customer": "cus_1",
    "lines": {
        "data": [
            {
                "amount": 5000,
                "description": "2 × Team",
                "discount_amounts": [{"amount": 1000, "discount": "di_1"}],
                "period": {"start": 1777593600, "end": 1780185600},
                "quantity": 2,
            }
        ],
        "has_more": False,
    },
    "number": "A-0001",
    "parent": {"type": "subscription_details", "subscription_details": {"subscription": "sub_1"}},
    "status": "paid",
    "status_transitions": {"paid_at": 1777593700},
    "total": 4760,
    "total_excluding_tax": 4000,
}


def test_a_subscription_with_its_period_on_the_item_and_its_discount_in_a_list() -> None:
    found = reading.subscription(SUBSCRIPTION)

    assert found is not None
    assert (found.period_end, found.cancel_at) == (datetime(2026, 5, 31, tzinfo=UTC),) * 2
    assert (found.items, found.item, found.quantity, found.total) == (2, "si_1", 2, 5100)
    assert (found.plan.id, found.plan.interval_count, found.plan.unit_amount) == ("price_1", 3, 2500)
    assert found.coupon is not None
    assert (found.coupon.id, found.coupon.percent_off, found.coupon.months) == ("SPRING", 1250, 3)
    assert (found.is_paused, found.feedback, found.comment, found.ours) == (True, "unused", "Bye", "sub_ours")


def test_an_invoice_with_its_subscription_in_parent_and_its_tax_as_a_difference() -> None:
    found = reading.invoice(INVOICE)

    assert found is not None
    assert (found.subscription, found.tax, found.total, found.number) == ("sub_1", 760, 4760, "A-0001")
    assert [each.amount for each in found.lines] == [4000]
    assert found.paid_at == datetime.fromtimestamp(1777593700, UTC)


@pytest.mark.parametrize(
    ("changed", "amount"),
    [
        ({}, 2500),
        ({"billing_scheme": "tiered"}, None),
        ({"recurring": {"interval": "day", "usage_type": "metered"}}, None),
    ],
    ids=["fixed", "tiered", "metered"],
)
def test_a_price_without_a_fixed_amount_has_none(changed: dict[str, Any], amount: int | None) -> None:
    found = reading.plan({**PRICE, **changed})

    assert found is not None
    assert found.unit_amount == amount


@pytest.mark.parametrize("read", [reading.product, reading.plan, reading.coupon, reading.invoice])
def test_what_was_deleted_is_nothing(read: Any) -> None:
    assert read({"id": "x_1", "deleted": True}) is None


def test_a_deleted_customer_is_gone_and_a_price_that_does_not_recur_is_no_plan() -> None:
    assert reading.customer({"id": "cus_1", "deleted": True}).is_gone
    assert reading.plan({**PRICE, "recurring": None}) is None


def test_an_order_names_prices_as_prices_and_pins_the_moment() -> None:
    params = {"plan": "price_2", "quantity": 3, "proration": "always_invoice", "at": "2026-05-31T00:00:00+00:00"}
    order = Order(action="change", subscription="sub_1", item="si_1", params={**params, "coupon": "SPRING"})

    asked, previewed = orders.request_of(order), orders.preview_of(order)

    assert asked.path == "/v1/subscriptions/sub_1"
    assert asked.params == {
        "items": [{"id": "si_1", "quantity": 3, "price": "price_2"}],
        "proration_behavior": "always_invoice",
        "proration_date": 1780185600,
        "discounts": [{"coupon": "SPRING"}],
        "payment_behavior": "error_if_incomplete",
    }
    assert previewed.params["subscription_details"]["proration_date"] == 1780185600


@pytest.mark.parametrize(
    ("at", "method", "params"),
    [
        ("now", "delete", {"prorate": True, "invoice_now": True}),
        ("period_end", "post", {"cancel_at_period_end": True}),
        ("2026-05-31T00:00:00+00:00", "post", {"cancel_at": 1780185600}),
    ],
)
def test_a_cancel_says_why_in_words_that_stripe_knows(at: str, method: str, params: dict[str, Any]) -> None:
    given = {"at": at, "prorates": True, "feedback": "own_reason", "comment": "Bye"}

    asked = orders.request_of(Order(action="cancel", subscription="sub_1", item="si_1", params=given))

    assert (asked.method, asked.params) == (method, {**params, "cancellation_details": {"comment": "Bye"}})
