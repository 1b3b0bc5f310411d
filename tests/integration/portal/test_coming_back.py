"""Subscribing again after the end, and the one offer to somebody who is about to leave."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.portal.rules.confirmation import ConfirmationInvalid
from services.portal.rules.policy import Action, FeatureDisabled
from services.portal.rules.reasons import AlreadySubscribed, PlanArchived
from services.portal.rules.subscriptions.resubscription import CouponNotOffered, PlanNotOffered
from shared.events import PaymentSucceeded, SubscriptionStarted
from tests.integration.portal import cards
from tests.integration.portal.clockwork import advance, read, subscriber
from tests.integration.portal.lifecycle import accept, offer, portal, post, prepared, resubscribe
from tests.integration.portal.shop import Shop

ON = {"enabled": True}


def ended(shop: Shop, **more: Any) -> dict[str, Any]:
    """One that is over."""
    subscription = subscriber(shop, **more)
    over: dict[str, Any] = post(shop, subscription, "cancel", {"timing": "immediately"}).json
    return over


@pytest.mark.feature("C11")
def test_coming_back_is_a_new_subscription_charged_now_without_a_second_trial(shop: Shop) -> None:
    portal(shop, subscription_resubscribe=ON)
    old = ended(shop, of_plan={"trial_days": 14})

    shown = prepared(shop, old, Action.RESUBSCRIBE)
    collected = resubscribe(shop, old, shown.confirmation)

    new = read(shop, collected.result.subscription)
    assert shown.preview.due_now is not None
    assert (new["status"], new["resubscribed_from"], new["trial_end"]) == ("active", old["id"], None)
    assert collected.payment.total == shown.preview.due_now.total == 5000
    assert shown.preview.next_charge is not None
    assert new["next_charge"]["total"] == shown.preview.next_charge.total.amount
    assert [each.subscription for each in shop.said(SubscriptionStarted)] == [old["id"], new["id"]]
    with pytest.raises(AlreadySubscribed):
        resubscribe(shop, old, shown.confirmation)


@pytest.mark.feature("C11")
def test_before_the_end_without_the_feature_or_twice_it_is_refused(shop: Shop) -> None:
    running = subscriber(shop)
    too_early = post(shop, running, "resubscribe")
    over: dict[str, Any] = post(shop, running, "cancel", {"timing": "immediately"}).json

    with pytest.raises(FeatureDisabled):
        prepared(shop, over, Action.RESUBSCRIBE)
    first, second = post(shop, over, "resubscribe"), post(shop, over, "resubscribe")

    assert (too_early.status_code, too_early.json["code"]) == (409, "invalid_state")
    assert (first.status_code, second.status_code, second.json["code"]) == (201, 409, "already_subscribed")


@pytest.mark.feature("C11")
def test_a_declined_return_leaves_nothing_running_and_can_be_tried_again(shop: Shop) -> None:
    over = ended(shop)
    cards.card(shop, over["customer"], cards.KEPT_BUT_DECLINED)

    refused = post(shop, over, "resubscribe")
    good = cards.card(shop, over["customer"], cards.PAYS)
    paid = post(shop, over, "resubscribe", {"payment_method": good})

    assert (refused.status_code, refused.json["code"]) == (409, "start_declined")
    assert (paid.status_code, paid.json["status"], paid.json["payment_method"]) == (201, "active", good)


@pytest.mark.feature("C11")
def test_many_at_once_come_back_once(shop: Shop) -> None:
    """PC-11: one new subscription, one charge."""
    over = ended(shop)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: post(shop, over, "resubscribe").status_code, range(4)))

    running = shop.get(f"/v1/subscriptions?customer={over['customer']}")["data"]
    assert sorted(answers) == [201, 409, 409, 409]
    assert sorted(each["status"] for each in running) == ["active", "ended"]
    assert len(shop.said(PaymentSucceeded)) == 2


@pytest.mark.feature("C12")
def test_another_plan_needs_both_features(shop: Shop) -> None:
    price = {"enabled": True, "default_allowed_updates": ["price"]}
    portal(shop, subscription_update=price, subscription_resubscribe=ON)
    product = shop.product()
    over = ended(shop, plan=shop.plan(product=product))
    other = shop.plan(product=product, unit_amount=4000)

    with pytest.raises(PlanNotOffered):
        prepared(shop, over, Action.RESUBSCRIBE, plan=other["id"])
    portal(shop, subscription_resubscribe=ON | {"allow_plan_change": True})
    shown = prepared(shop, over, Action.RESUBSCRIBE, plan=other["id"])
    with pytest.raises(ConfirmationInvalid):  # EM-09: what charges wants the confirmation of what was shown
        resubscribe(shop, over, None, plan=other["id"])
    made = resubscribe(shop, over, shown.confirmation, plan=other["id"])

    assert shown.preview.due_now is not None
    assert shown.preview.due_now.total == 8000
    assert read(shop, made.result.subscription)["plan"] == other["id"]
    shop.patch(f"/v1/plans/{over['plan']}", {"archived": True})
    third = post(shop, {"id": made.result.subscription}, "cancel", {"timing": "immediately"})
    assert third.status_code == 200
    with pytest.raises(PlanArchived):
        prepared(shop, over, Action.RESUBSCRIBE)


@pytest.mark.feature("C14")
def test_a_coupon_on_coming_back_has_a_toggle_of_its_own(shop: Shop) -> None:
    portal(shop, subscription_resubscribe=ON)
    shop.post("/v1/coupons", {"code": "BACK", "name": "Back", "percent_off": 2000, "duration": "once"})
    over = ended(shop)

    with pytest.raises(CouponNotOffered):
        prepared(shop, over, Action.RESUBSCRIBE, coupon="BACK")
    portal(shop, subscription_resubscribe=ON | {"allow_coupon": True})
    shown = prepared(shop, over, Action.RESUBSCRIBE, coupon="BACK")
    made = resubscribe(shop, over, shown.confirmation, coupon="BACK")

    new = read(shop, made.result.subscription)
    assert shown.preview.due_now is not None
    assert (made.payment.total, shown.preview.due_now.total) == (4000, 4000)
    assert (new["discount"], new["next_charge"]["total"]) == (None, 5000)


def offers(shop: Shop, *given: dict[str, Any]) -> None:
    portal(shop, subscription_cancel={"offers": list(given)})


@pytest.mark.feature("H02", "H04")
def test_a_coupon_is_offered_once_for_its_reason_and_taking_it_keeps_the_subscription(shop: Shop) -> None:
    coupon = shop.post("/v1/coupons", {"code": "STAY", "name": "Stay", "percent_off": 5000, "duration": "once"})
    offers(shop, {"reasons": ["too_expensive"], "kind": "coupon", "coupon": coupon["id"]})
    subscription = subscriber(shop)

    other_reason = offer(shop, subscription, "unused")
    shown = offer(shop, subscription, "too_expensive")
    assert shown is not None
    accept(shop, subscription, shown)
    again = offer(shop, subscription, "too_expensive")

    kept = read(shop, subscription["id"])
    assert other_reason is again is None
    assert (shown.kind, shown.coupon, shown.percent_off) == ("coupon", "STAY", 5000)
    assert (kept["status"], kept["next_charge"]["total"]) == ("active", 2500)
    with pytest.raises(ConfirmationInvalid):
        accept(shop, subscription, shown)


@pytest.mark.feature("H04")
def test_an_offer_is_gone_once_the_subscription_was_canceled(shop: Shop) -> None:
    coupon = shop.post("/v1/coupons", {"code": "STAY", "name": "Stay", "percent_off": 5000, "duration": "once"})
    offers(shop, {"reasons": ["too_expensive"], "kind": "coupon", "coupon": coupon["id"]})
    subscription = subscriber(shop)
    shown = offer(shop, subscription, "too_expensive")
    assert shown is not None
    assert post(shop, subscription, "cancel").status_code == 200

    with pytest.raises(ConfirmationInvalid):
        accept(shop, subscription, shown)

    after = read(shop, subscription["id"])
    assert (after["status"], after["discount"]) == ("canceled", None)


@pytest.mark.feature("H03", "H04")
def test_what_the_policy_denies_is_not_offered_and_a_year_later_it_may_be_again(shop: Shop) -> None:
    offers(shop, {"reasons": [], "kind": "pause"}, {"reasons": ["unused"], "kind": "contact"})
    subscription = subscriber(shop)

    denied = offer(shop, subscription, "too_expensive")
    contact = offer(shop, subscription, "unused")
    portal(shop, subscription_pause={"enabled": True})
    too_soon = offer(shop, subscription, "unused")
    advance(shop, to=datetime.fromisoformat(subscription["started_at"]) + timedelta(days=366))
    pause = offer(shop, subscription, "unused")
    assert pause is not None
    accept(shop, subscription, pause)

    assert denied is too_soon is None
    assert contact is not None
    assert (contact.kind, pause.kind, pause.interval) == ("contact", "pause", "month")
    assert read(shop, subscription["id"])["pauses_at"] is not None
