"""Coupons: made by the vendor, used by customers, once each and never more often than they may."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from services.portal.actions.subscriptions.apply_coupon import Applied, try_coupon
from services.portal.models import Coupon, Redemption
from services.portal.queries import time
from services.portal.rules.products.coupon import CouponUnknown, TooManyCodes
from services.portal.rules.reasons import FeatureDisabled
from shared import clock
from shared.database import scope
from shared.errors import Refusal
from shared.events import Actor, CouponApplied
from tests.integration.portal import changing, clockwork
from tests.integration.portal.changing import plans
from tests.integration.portal.shop import Shop


def make(shop: Shop, **more: Any) -> dict[str, Any]:
    body = {"code": "SPRING", "name": "Spring", "percent_off": 2000, **more}
    made: dict[str, Any] = shop.post("/v1/coupons", body)
    return made


def apply(shop: Shop, subscription: dict[str, Any], code: str = "SPRING") -> Any:
    return shop.ask("POST", f"/v1/subscriptions/{subscription['id']}/coupon", json={"code": code})


def guess(shop: Shop, subscription: dict[str, Any], code: str) -> Applied:
    """The customer types a code."""
    here = scope.Scope(
        vendor=shop.vendor,
        mode=shop.mode,
        actor=Actor(kind="customer", id=subscription["customer"]),
        request_id="req_test",
        customers=(subscription["customer"],),
    )
    with scope.use(here):
        with shop.database.begin() as session:
            now = time.now(session)
        return try_coupon(shop.database.begin, subscription_id=subscription["id"], code=code, by=shop.who(), now=now)


@pytest.mark.feature("C13", "H05")
def test_a_coupon_lowers_the_next_charge_as_foreseen_and_then_is_used_up(shop: Shop) -> None:
    make(shop)
    subscription = clockwork.subscriber(shop, plan=plans(shop).team, quantity=1)
    path = f"/v1/subscriptions/{subscription['id']}"

    foreseen = shop.post(f"{path}/preview", {"action": "apply_coupon", "code": "spring"})
    applied = shop.post(f"{path}/coupon", {"code": " spring "})
    clockwork.advance(shop, to=clockwork.datetime.fromisoformat(subscription["current_period_end"]))

    payment = clockwork.payments(shop, subscription)[-1]
    (said,) = shop.said(CouponApplied)
    assert applied["next_charge"]["total"] == foreseen["next_charge"]["total"] == payment.total == 2000
    assert [line["amount"] for line in payment.lines] == [2500, -500]
    assert clockwork.read(shop, subscription["id"])["next_charge"]["total"] == 2500
    assert (said.code, said.percent_off, said.periods) == ("SPRING", 2000, 1)
    assert shop.get("/v1/coupons?code=spring")["data"][0]["redeemed"] == 1


@pytest.mark.feature("C13")
@pytest.mark.parametrize(
    ("coupon", "code"),
    [
        (None, "coupon_unknown"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "coupon_expired"),
        ({"starts_at": "2100-01-01T00:00:00Z"}, "coupon_expired"),
        ({"plans": "others"}, "coupon_not_for_plan"),
        ({"percent_off": None, "amount_off": 500, "currency": "USD"}, "coupon_not_for_plan"),
    ],
)
def test_each_refusal_has_its_own_code_and_changes_nothing(
    shop: Shop, coupon: dict[str, Any] | None, code: str
) -> None:
    sold = plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    if coupon is not None:
        make(shop, **{**coupon, **({"plans": [sold.pro["id"]]} if "plans" in coupon else {})})

    answer = apply(shop, subscription)

    assert (answer.status_code, answer.json["code"]) == (409, code)
    assert clockwork.read(shop, subscription["id"]) == subscription


@pytest.mark.feature("C13")
def test_a_coupon_counts_once_for_each_customer_and_as_often_as_it_may(shop: Shop) -> None:
    make(shop, max_redemptions=1)
    sold = plans(shop)
    first, second = (clockwork.subscriber(shop, plan=sold.team, quantity=1) for _ in range(2))

    assert apply(shop, first).status_code == 200
    assert apply(shop, first).json["code"] == "coupon_already_used"
    assert apply(shop, second).json["code"] == "coupon_used_up"


def test_a_coupon_of_another_vendor_does_not_exist(shop: Shop, other: Shop) -> None:
    make(other)
    subscription = clockwork.subscriber(shop, plan=plans(shop).team, quantity=1)

    assert apply(shop, subscription).json["code"] == "coupon_unknown"


@pytest.mark.feature("C13")
def test_one_coupon_at_a_time(shop: Shop) -> None:
    make(shop)
    make(shop, code="SUMMER", percent_off=None, amount_off=500, currency="EUR", duration="forever")
    subscription = clockwork.subscriber(shop, plan=plans(shop).team, quantity=1)
    apply(shop, subscription)

    replaced = apply(shop, subscription, "SUMMER").json
    removed = shop.ask("DELETE", f"/v1/subscriptions/{subscription['id']}/coupon")

    assert replaced["next_charge"]["total"] == 2000
    assert removed.json["next_charge"]["total"] == 2500
    assert shop.logged(subscription["id"])[-3:] == ["coupon.applied", "coupon.applied", "coupon.removed"]


def test_fifty_customers_at_once_use_the_last_one_once(shop: Shop) -> None:
    made = make(shop, max_redemptions=1)
    plan = plans(shop).team
    subscriptions = [shop.subscription(plan=plan, quantity=1) for _ in range(50)]

    codes = changing.at_once(*(lambda each=each: apply(shop, each).status_code for each in subscriptions))

    with shop.inside() as session:
        uses = session.scalar(select(func.count()).select_from(Redemption).where(Redemption.coupon == made["id"]))
        redeemed = session.scalar(select(Coupon.redeemed).where(Coupon.id == made["id"]))
    assert (codes.count(200), codes.count(409)) == (1, 49)
    assert (uses, redeemed) == (1, 1)


def test_one_customer_with_many_subscriptions_uses_it_once(shop: Shop) -> None:
    made = make(shop)
    plan, customer = plans(shop).team, shop.customer("ada@example.com")
    subscriptions = [shop.subscription(plan=plan, customer=customer, quantity=1) for _ in range(8)]

    codes = changing.at_once(*(lambda each=each: apply(shop, each).status_code for each in subscriptions))

    with shop.inside() as session:
        redeemed = session.scalar(select(Coupon.redeemed).where(Coupon.id == made["id"]))
    assert (codes.count(200), codes.count(409), redeemed) == (1, 7, 1)


@pytest.mark.feature("C13")
def test_guesses_are_limited_by_customer_and_hour(shop: Shop) -> None:
    make(shop)
    changing.allow(shop)
    sold = plans(shop)
    subscription, other = (clockwork.subscriber(shop, plan=sold.team, quantity=1) for _ in range(2))

    def attempt(number: int) -> str:
        try:
            guess(shop, subscription, f"WRONG{number}")
        except Refusal as refused:
            return refused.code
        return "applied"

    codes = changing.at_once(*(lambda number=number: attempt(number) for number in range(15)))
    with pytest.raises(TooManyCodes):
        guess(shop, subscription, "SPRING")
    assert guess(shop, other, "SPRING").discount.code == "SPRING"
    with clock.fixed(clock.now() + timedelta(minutes=61)), pytest.raises(CouponUnknown):
        guess(shop, subscription, "WRONG")

    assert (codes.count("coupon_unknown"), codes.count("too_many_coupon_codes")) == (10, 5)


def test_customers_use_codes_only_where_the_portal_lets_them(shop: Shop) -> None:
    make(shop)
    subscription = clockwork.subscriber(shop, plan=plans(shop).team, quantity=1)

    with pytest.raises(FeatureDisabled):
        guess(shop, subscription, "SPRING")


@pytest.mark.parametrize(
    "body",
    [
        {"percent_off": None},
        {"amount_off": 500, "currency": "EUR"},
        {"percent_off": None, "amount_off": 500},
        {"percent_off": 0},
        {"percent_off": 10_001},
        {"percent_off": None, "amount_off": 0, "currency": "EUR"},
        {"percent_off": None, "amount_off": 5, "currency": "XYZ"},
        {"currency": "EUR"},
        {"duration": "repeating"},
        {"periods": 3},
        {"duration": "weekly"},
        {"code": "two words"},
        {"code": ""},
        {"plans": ["plan_nothing"]},
        {"max_redemptions": 0},
        {"starts_at": "2027-02-01T00:00:00Z", "expires_at": "2027-01-01T00:00:00Z"},
        {"redeemed": 3},
    ],
)
def test_what_is_no_coupon_is_not_made(shop: Shop, body: dict[str, Any]) -> None:
    answer = shop.ask("POST", "/v1/coupons", json={"code": "SPRING", "name": "Spring", "percent_off": 2000, **body})

    assert answer.status_code in (400, 422)
    assert shop.get("/v1/coupons")["data"] == []


def test_a_coupon_is_read_listed_changed_and_put_away(shop: Shop) -> None:
    made = make(shop, code="spring", duration="repeating", periods=3)
    path = f"/v1/coupons/{made['id']}"

    taken = shop.ask("POST", "/v1/coupons", json={"code": "Spring", "name": "Other", "percent_off": 1})
    changed = shop.patch(path, {"max_redemptions": 5, "archived": True}, headers={"If-Match": '"1"'})
    stale = shop.ask("PATCH", path, json={"name": "x"}, headers={"If-Match": '"1"'})
    fixed = shop.ask("PATCH", path, json={"percent_off": 1})

    assert (taken.status_code, taken.json["code"]) == (409, "coupon_code_taken")
    assert (changed["code"], changed["max_redemptions"], changed["revision"]) == ("SPRING", 5, 2)
    assert changed["archived_at"] is not None
    assert (stale.status_code, fixed.status_code) == (412, 400)
    assert shop.get(path) == changed
    assert shop.get("/v1/coupons")["data"] == [changed]


def test_a_plan_group_is_read_listed_changed_and_put_away(shop: Shop) -> None:
    sold = plans(shop)
    path = f"/v1/plan_groups/{sold.group['id']}"
    entry = {"from": None, "to": sold.pro["id"], "decision": "denied", "timing": None, "minimum": None, "maximum": None}

    changed = shop.patch(path, {"name": "Studio 2", "switches": [{"to": sold.pro["id"], "decision": "denied"}]})
    wrong = [
        shop.ask("PATCH", path, json={"switches": [each]}).status_code
        for each in ({"to": "plan_nothing"}, {"decision": "perhaps"}, {"minimum": 0}, {"price": 3})
    ]
    shop.patch(path, {"archived": True})
    late = shop.ask("PATCH", f"/v1/plans/{sold.team['id']}", json={"plan_group": sold.group["id"], "name": "x"})

    assert (changed["name"], changed["switches"]) == ("Studio 2", [entry])
    assert all(each in (400, 422) for each in wrong)
    assert late.status_code == 422
    assert [each["id"] for each in shop.get("/v1/plan_groups")["data"]] == [sold.group["id"]]
