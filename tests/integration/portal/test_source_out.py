"""The same actions, whoever bills: the engine here, or Stripe, where they are carried out."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from shared.database import Database
from shared.events import (
    CouponApplied,
    SubscriptionCanceled,
    SubscriptionEnded,
    SubscriptionPlanChanged,
    SubscriptionQuantityChanged,
    SubscriptionUncanceled,
)
from tests.integration.portal.at_stripe import AtStripe
from tests.integration.portal.shop import Shop, ago, application, open_shop
from tests.support.localstripe import Desk, running

SOURCES = ("native", "stripe")


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with running() as desk:
        yield desk


@dataclass
class Billed:
    """A subscription of two seats at 25.00 to a plan whose group has another at 40.00, and a coupon."""

    shop: Shop
    subscription: dict[str, Any]
    other_plan: str
    coupon: str

    @property
    def path(self) -> str:
        return f"/v1/subscriptions/{self.subscription['id']}"

    def post(self, verb: str, body: dict[str, Any]) -> Any:
        return self.shop.post(f"{self.path}/{verb}", body, headers={"Idempotency-Key": f"{verb}-{self.path}"})


@pytest.fixture(params=SOURCES)
def billed(request: pytest.FixtureRequest, database: Database, desk: Desk) -> Billed:
    """One that runs, at each source."""
    desk.empty()
    app = application(database, stripe_api_base=desk.url)
    shop = open_shop(app, database)
    made = _native(shop) if request.param == "native" else _at_stripe(AtStripe(shop, desk))
    _group(made)
    return made


def _native(shop: Shop) -> Billed:
    product = shop.product(adjustable_quantity={"enabled": True, "minimum": 1, "maximum": 10})
    plan, other = shop.plan(product=product), shop.plan(product=product, unit_amount=4000)
    shop.post("/v1/coupons", {"code": "SPRING", "name": "Spring", "percent_off": 2000, "duration": "forever"})
    subscription = shop.subscription(plan=plan, started_at=ago(days=3))
    return Billed(shop, subscription, other["id"], "SPRING")


def _at_stripe(at_stripe: AtStripe) -> Billed:
    of = at_stripe.desk.ask("POST", "/v1/products", name="Studio")["id"]
    plan = at_stripe.desk.plan(2500, product=of)
    at_stripe.desk.plan(4000, product=of)
    at_stripe.desk.ask("POST", "/v1/coupons", id="SPRING", percent_off="20", duration="forever")
    there = at_stripe.desk.subscribe(plan=plan)
    assert at_stripe.connect().status_code == 200
    at_stripe.take_over()
    shop = at_stripe.shop
    (product,) = shop.get("/v1/products")["data"]
    bounds = {"enabled": True, "minimum": 1, "maximum": 10}
    shop.patch(f"/v1/products/{product['id']}", {"unit_label": "seat", "adjustable_quantity": bounds})
    other = next(each for each in shop.get("/v1/plans")["data"] if each["unit_amount"] == 4000)
    return Billed(shop, at_stripe.here(there), other["id"], "SPRING")


def _group(billed: Billed) -> None:
    group = billed.shop.post("/v1/plan_groups", {"name": "Team"})["id"]
    for plan in (billed.subscription["plan"], billed.other_plan):
        billed.shop.patch(f"/v1/plans/{plan}", {"plan_group": group})


@pytest.mark.feature("C02", "C03", "C04")
def test_canceling_at_period_end_keeps_access_until_then(billed: Billed) -> None:
    canceled = billed.post("cancel", {"feedback": "unused", "comment": "Thanks!"})
    again = billed.shop.post(f"{billed.path}/cancel", {})

    (said,) = billed.shop.said(SubscriptionCanceled)
    assert (canceled["status"], canceled["ends_at"]) == ("canceled", billed.subscription["current_period_end"])
    assert canceled["next_charge"] is None
    assert again == canceled
    assert (said.timing, said.ends_at) == ("at_period_end", canceled["ends_at"])
    assert said.cancellation_details == {
        "feedback": "unused",
        "comment": "Thanks!",
        "reason": "cancellation_requested",
    }
    assert "subscription.canceled" in billed.shop.logged(billed.subscription["id"])


@pytest.mark.feature("C02", "C04")
def test_canceling_immediately_ends_it_at_once(billed: Billed) -> None:
    ended = billed.post("cancel", {"timing": "immediately"})
    late = billed.shop.ask("POST", f"{billed.path}/cancel", json={})
    undone = billed.shop.ask("POST", f"{billed.path}/undo_cancel", json={})

    assert (ended["status"], ended["ended_at"]) == ("ended", ended["ends_at"])
    assert (late.status_code, late.json["code"]) == (409, "invalid_state")
    assert (undone.status_code, undone.json["code"]) == (409, "invalid_state")
    assert len(billed.shop.said(SubscriptionCanceled)) == len(billed.shop.said(SubscriptionEnded)) == 1


@pytest.mark.feature("C02", "C16")
def test_undoing_restores_it(billed: Billed) -> None:
    billed.post("cancel", {"feedback": "unused"})

    undone = billed.post("undo_cancel", {})
    again = billed.shop.post(f"{billed.path}/undo_cancel", {})

    (said,) = billed.shop.said(SubscriptionUncanceled)
    assert {**undone, "revision": 1} == {**billed.subscription, "revision": 1}
    assert again == undone
    assert said.renews_at == billed.subscription["current_period_end"]


@pytest.mark.feature("C02", "C15")
def test_the_quantity_changes(billed: Billed) -> None:
    changed = billed.post("change", {"quantity": 5})

    (said,) = billed.shop.said(SubscriptionQuantityChanged)
    assert (changed["quantity"], changed["change"]["state"]) == (5, "changed")
    assert (said.previous_quantity, said.quantity) == (2, 5)
    assert billed.shop.get(billed.path)["quantity"] == 5


@pytest.mark.feature("C02", "C08")
def test_the_plan_changes(billed: Billed) -> None:
    changed = billed.post("change", {"plan": billed.other_plan})

    (said,) = billed.shop.said(SubscriptionPlanChanged)
    assert (changed["plan"], changed["unit_amount"], changed["quantity"]) == (billed.other_plan, 4000, 2)
    assert (said.previous_plan, said.plan) == (billed.subscription["plan"], billed.other_plan)


@pytest.mark.feature("C02", "C13")
def test_a_coupon_is_applied_and_taken_off(billed: Billed) -> None:
    applied = billed.post("coupon", {"code": billed.coupon.lower()})
    removed = billed.shop.ask("DELETE", f"{billed.path}/coupon").json

    (said,) = billed.shop.said(CouponApplied)
    assert (applied["discount"]["code"], applied["discount"]["percent_off"]) == ("SPRING", 2000)
    assert applied["next_charge"]["total"] == 4000
    assert (removed["discount"], removed["next_charge"]["total"]) == (None, 5000)
    assert (said.code, said.percent_off) == ("SPRING", 2000)


@pytest.mark.feature("C02")
def test_what_a_plan_denies_is_denied_whoever_bills(billed: Billed) -> None:
    billed.shop.patch(f"/v1/plans/{billed.subscription['plan']}", {"cancel": "deny", "cancel_message": "Please call."})

    explained = billed.shop.get(f"/v1/policy/explain?subscription={billed.subscription['id']}&action=cancel")

    assert (explained["decision"], explained["reason"]) == ("denied", "plan_restricted")


@pytest.mark.feature("C02")
def test_a_key_used_again_has_one_effect(billed: Billed) -> None:
    first = billed.post("change", {"quantity": 4})
    again = billed.post("change", {"quantity": 4})

    assert again == first
    assert len(billed.shop.said(SubscriptionQuantityChanged)) == 1


@pytest.mark.feature("C27")
def test_only_the_engine_here_has_add_ons(billed: Billed) -> None:
    body = {"product": billed.subscription["product"], "name": "Backups", "currency": "EUR", "interval": "month"}
    addon = billed.shop.post("/v1/addons", {**body, "unit_amount": 500})
    headers = {"Idempotency-Key": f"addon-{billed.path}"}

    answer = billed.shop.ask("POST", f"{billed.path}/addons", json={"addon": addon["id"]}, headers=headers)

    is_native = billed.subscription["source"] == "native"
    assert (answer.status_code, answer.json.get("code")) == (
        (200, None) if is_native else (403, "not_supported_by_source")
    )
