"""Where does a flow begin, and what is it about (B21)."""

from typing import Any

import pytest

from services.auth.rules import flow
from services.auth.rules.flow import FLOWS, Named


def of(kind: str, **own: Any) -> dict[str, Any]:
    return {"type": kind, **({kind: own} if own else {})}


CASES = [
    (of("customer_update"), "/p/acme/details"),
    (of("payment_method_update"), "/p/acme/payment-methods/new"),
    (of("subscription_cancel", subscription="sub_1"), "/p/acme/subscriptions/sub_1/cancellation"),
    (of("subscription_pause", subscription="sub_1"), "/p/acme/subscriptions/sub_1/pause"),
    (of("subscription_update", subscription="sub_1"), "/p/acme/subscriptions/sub_1/change"),
    (
        of("subscription_update_confirm", subscription="sub_1", items=[{"plan": "plan_2", "quantity": None}]),
        "/p/acme/subscriptions/sub_1/change?plan=plan_2",
    ),
    (of("subscription_resubscribe", subscription="sub_1"), "/p/acme/subscriptions/sub_1/resubscription"),
    (of("refund_request", payment="pay_1"), "/p/acme/payments/pay_1/refund"),
    (of("invoice_payment", invoice="inv_1", payment="pay_1"), "/p/acme/payments/pay_1/pay"),
]


@pytest.mark.feature("B21")
@pytest.mark.parametrize(("given", "page"), CASES)
def test_each_flow_lands_on_its_own_page(given: dict[str, Any], page: str) -> None:
    assert flow.landing("acme", given) == page


def test_every_flow_has_a_case() -> None:
    assert {given["type"] for given, _ in CASES} == set(FLOWS)


@pytest.mark.parametrize("given", [None, {}, {"type": "of_tomorrow"}])
def test_without_a_flow_it_is_the_overview(given: Any) -> None:
    assert flow.landing("acme", given) == "/p/acme"


def test_all_that_a_flow_names_is_found() -> None:
    retention = {"type": "coupon_offer", "coupon_offer": {"coupon": "cou_1"}}

    assert flow.named(of("subscription_cancel", subscription="sub_1", retention=retention)) == Named(
        subscription="sub_1", coupon="cou_1"
    )
    change = of("subscription_update_confirm", subscription="s", items=[{"plan": "p"}])
    assert flow.named(change) == Named(subscription="s", plan="p")
    with_coupon = {**change, "subscription_update_confirm": {**change["subscription_update_confirm"], "discounts": []}}
    assert flow.named(with_coupon) == Named(subscription="s", plan="p")
    with_coupon["subscription_update_confirm"]["discounts"] = [{"coupon": "cpn_1"}]
    assert flow.named(with_coupon) == Named(subscription="s", plan="p", coupon="cpn_1")
    assert flow.named(of("invoice_payment", invoice="inv_1")) == Named(invoice="inv_1")
    assert flow.named(of("payment_method_update")) == Named()
