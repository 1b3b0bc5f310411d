"""Add-ons by the vendor's key: charged pro rata first, renewed with the plan, taken off at the period's end."""

from datetime import datetime
from typing import Any

import pytest

from shared.events import PaymentSucceeded, SubscriptionAddonsChanged
from tests.integration.portal import adding_on, cards, changing, clockwork
from tests.integration.portal.adding_on import add, addon, ask, preview, remove
from tests.integration.portal.changing import halfway, swap_card
from tests.integration.portal.shop import Shop


def end_of(subscription: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(subscription["current_period_end"])


@pytest.mark.feature("C27")
def test_one_is_charged_for_the_rest_of_the_period_as_foreseen_and_renewed_with_the_plan(shop: Shop) -> None:
    subscription = clockwork.subscriber(shop, quantity=1)
    backups = addon(shop, subscription["product"])
    halfway(shop, subscription)

    foreseen = preview(shop, subscription, backups, 3)
    added = add(shop, subscription, backups, 3)

    paid = clockwork.payments(shop, subscription)[-1]
    assert added["addon_change"]["state"] == "changed"
    assert (paid.kind, paid.status) == ("addon", "succeeded")
    assert paid.total == foreseen["due_now"]["total"] == shop.said(PaymentSucceeded)[-1].total
    assert abs(paid.total - 1500) <= 1
    assert added["next_charge"] == foreseen["next_charge"]
    assert added["next_charge"]["total"] == 2500 + 3000
    (said,) = shop.said(SubscriptionAddonsChanged)
    assert (said.previous_quantity, said.quantity, said.scheduled) == (0, 3, False)
    assert "subscription.addon_changed" in shop.logged(subscription["id"])

    clockwork.advance(shop, to=end_of(subscription))

    renewal = clockwork.payments(shop, subscription)[-1]
    assert renewal.total == added["next_charge"]["total"]
    assert [(line["description"], line["quantity"], line["amount"]) for line in renewal.lines][1:] == [
        ("Backups", 3, 3000)
    ]


@pytest.mark.feature("C27")
def test_taken_off_it_stays_until_the_period_ends_and_until_then_it_can_be_kept(shop: Shop) -> None:
    subscription = clockwork.subscriber(shop, quantity=1)
    backups = addon(shop, subscription["product"])
    add(shop, subscription, backups, 2)

    gone = adding_on.good(remove(shop, subscription, backups))
    kept = adding_on.good(ask(shop, subscription, f"/{backups['id']}/undo_remove", {}))
    adding_on.good(remove(shop, subscription, backups))
    again = adding_on.good(remove(shop, subscription, backups))

    assert gone["addons"][0]["next_quantity"] == 0
    assert gone["addons"][0]["quantity"] == 2
    assert gone["next_charge"]["total"] == 2500
    assert (kept["addons"][0]["next_quantity"], kept["next_charge"]["total"]) == (None, 4500)
    assert again["addons"][0]["next_quantity"] == 0
    clockwork.advance(shop, to=end_of(subscription))
    after = clockwork.read(shop, subscription["id"])
    assert after["addons"] == []
    assert clockwork.payments(shop, subscription)[-1].total == 2500
    told = [(each.previous_quantity, each.quantity, each.scheduled) for each in shop.said(SubscriptionAddonsChanged)]
    assert told == [(0, 2, False), (2, 0, True), (0, 2, True), (2, 0, True), (2, 0, False)]


@pytest.mark.feature("C27")
def test_more_are_charged_now_and_fewer_count_from_the_next_period(shop: Shop) -> None:
    subscription = clockwork.subscriber(shop, quantity=1)
    backups = addon(shop, subscription["product"])
    add(shop, subscription, backups)
    halfway(shop, subscription)

    more = adding_on.good(ask(shop, subscription, f"/{backups['id']}", {"quantity": 3}))
    charged = clockwork.payments(shop, subscription)[-1]
    fewer = adding_on.good(ask(shop, subscription, f"/{backups['id']}", {"quantity": 1}))
    same = ask(shop, subscription, f"/{backups['id']}", {"quantity": 1})
    too_many = ask(shop, subscription, f"/{backups['id']}", {"quantity": 6})

    assert more["addons"][0]["quantity"] == 3
    assert abs(charged.total - 1000) <= 1
    assert (fewer["addon_change"]["state"], fewer["addons"][0]["next_quantity"]) == ("scheduled", 1)
    assert fewer["next_charge"]["total"] == 3500
    assert (same.status_code, same.json["code"]) == (409, "addon_unchanged")
    assert (too_many.status_code, too_many.json["code"]) == (409, "quantity_out_of_range")
    clockwork.advance(shop, to=end_of(subscription))
    assert clockwork.payments(shop, subscription)[-1].total == 3500


@pytest.mark.feature("C27")
def test_a_decline_adds_nothing_and_owes_nothing(shop: Shop) -> None:
    subscription = clockwork.subscriber(shop, quantity=1)
    backups = addon(shop, subscription["product"])
    swap_card(shop, subscription, cards.KEPT_BUT_DECLINED)
    before = clockwork.read(shop, subscription["id"])

    answer = ask(shop, subscription, "", {"addon": backups["id"]})

    assert (answer.status_code, answer.json["code"]) == (409, "addon_declined")
    after = clockwork.read(shop, subscription["id"])
    assert {**after, "revision": 0} == {**before, "revision": 0}
    assert clockwork.payments(shop, subscription)[-1].status == "voided"
    assert shop.said(SubscriptionAddonsChanged) == []


@pytest.mark.feature("C27")
def test_in_a_trial_it_costs_nothing_until_the_trial_ends(shop: Shop) -> None:
    plan = shop.plan(trial_days=14)
    subscription = clockwork.subscriber(shop, plan=plan, quantity=1)
    backups = addon(shop, plan["product"])

    added = add(shop, subscription, backups, 2)
    more = adding_on.good(ask(shop, subscription, f"/{backups['id']}", {"quantity": 3}))
    fewer = adding_on.good(ask(shop, subscription, f"/{backups['id']}", {"quantity": 1}))

    assert clockwork.payments(shop, subscription) == []
    assert [each["next_charge"]["total"] for each in (added, more, fewer)] == [4500, 5500, 3500]
    clockwork.advance(shop, to=datetime.fromisoformat(subscription["trial_end"]))
    (paid,) = clockwork.payments(shop, subscription)
    assert (paid.status, paid.total) == ("succeeded", 3500)
    assert adding_on.good(remove(shop, subscription, backups))["addons"][0]["next_quantity"] == 0


@pytest.mark.feature("C27")
def test_a_coupon_takes_nothing_off_add_ons(shop: Shop) -> None:
    subscription = clockwork.subscriber(shop, quantity=1)
    backups = addon(shop, subscription["product"])
    add(shop, subscription, backups)
    shop.post("/v1/coupons", {"code": "HALF", "name": "Half", "percent_off": 5000, "duration": "forever"})

    with_coupon = shop.post(f"/v1/subscriptions/{subscription['id']}/coupon", {"code": "HALF"})

    assert with_coupon["next_charge"]["total"] == 1250 + 1000
    clockwork.advance(shop, to=end_of(subscription))
    assert clockwork.payments(shop, subscription)[-1].total == 2250


@pytest.mark.feature("C27")
def test_what_was_agreed_stays_whatever_becomes_of_the_catalog(shop: Shop) -> None:
    subscription = clockwork.subscriber(shop, quantity=1)
    backups = addon(shop, subscription["product"])
    add(shop, subscription, backups)

    shop.patch(f"/v1/addons/{backups['id']}", {"unit_amount": 9900, "name": "Dear backups", "archived": True})
    more = ask(shop, subscription, f"/{backups['id']}", {"quantity": 2})

    assert clockwork.read(shop, subscription["id"])["next_charge"]["total"] == 3500
    assert (more.status_code, more.json["code"]) == (409, "addon_not_offered")


@pytest.mark.feature("C27")
def test_another_plan_keeps_what_fits_it_and_ends_the_rest_and_says_so(shop: Shop) -> None:
    sold = changing.plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    stays, goes = addon(shop, sold.product), addon(shop, sold.product, name="Phone", plans=[sold.team["id"]])
    add(shop, subscription, stays)
    add(shop, subscription, goes)
    halfway(shop, subscription)

    foreseen = changing.preview(shop, subscription, {"plan": sold.pro["id"]})
    changed = changing.done(changing.ask(shop, subscription, {"plan": sold.pro["id"]}))

    payment = clockwork.payments(shop, subscription)[-1]
    assert foreseen["ends_addons"] == ["Phone"]
    assert payment.total == foreseen["due_now"]["total"]
    assert abs(payment.total - (6000 - 2500 - 1000) // 2) <= 2
    assert [each["addon"] for each in changed["addons"]] == [stays["id"]]
    assert changed["next_charge"]["total"] == foreseen["next_charge"]["total"] == 7000
    said = shop.said(SubscriptionAddonsChanged)[-1]
    assert (said.addon, said.quantity) == (goes["id"], 0)
    clockwork.advance(shop, to=end_of(subscription))
    assert clockwork.payments(shop, subscription)[-1].total == 7000


@pytest.mark.feature("C27")
def test_a_change_at_the_end_of_the_period_takes_along_what_fits(shop: Shop) -> None:
    sold = changing.plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    stays, goes = addon(shop, sold.product), addon(shop, sold.product, plans=[sold.team["id"]])
    add(shop, subscription, stays)
    planned = changing.done(changing.ask(shop, subscription, {"plan": sold.solo["id"], "timing": "at_period_end"}))

    late = preview(shop, subscription, goes, 1)
    added = add(shop, subscription, goes)

    assert planned["next_charge"]["total"] == 900 + 1000
    assert late["ends_addons"] == ["Backups"]
    assert added["next_charge"]["total"] == 900 + 1000
    clockwork.advance(shop, to=end_of(subscription))
    after = clockwork.read(shop, subscription["id"])
    assert [each["addon"] for each in after["addons"]] == [stays["id"]]
    assert clockwork.payments(shop, subscription)[-1].total == 1900


@pytest.mark.feature("C27")
def test_another_interval_ends_them_and_gives_their_unused_time_back(shop: Shop) -> None:
    sold = changing.plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    add(shop, subscription, addon(shop, sold.product))
    halfway(shop, subscription)

    foreseen = changing.preview(shop, subscription, {"plan": sold.yearly["id"]})
    changed = changing.done(changing.ask(shop, subscription, {"plan": sold.yearly["id"]}))

    payment = clockwork.payments(shop, subscription)[-1]
    assert changed["addons"] == []
    assert payment.total == foreseen["due_now"]["total"]
    assert abs(payment.total - (25_000 - 1250 - 500)) <= 2


@pytest.mark.feature("C27")
def test_an_immediate_cancel_gives_back_their_unused_time_too(shop: Shop) -> None:
    subscription = clockwork.subscriber(shop, quantity=1)
    add(shop, subscription, addon(shop, subscription["product"]), 2)
    (portal,) = shop.get("/v1/portal_configurations?is_default=true")["data"]
    feature = {"mode": "customer_choice", "proration_behavior": "create_prorations"}
    shop.patch(f"/v1/portal_configurations/{portal['id']}", {"features": {"subscription_cancel": feature}})
    halfway(shop, subscription)

    body = {"action": "cancel", "timing": "immediately"}
    foreseen = shop.post(f"/v1/subscriptions/{subscription['id']}/preview", body)
    headers = {"Idempotency-Key": f"cancel-{subscription['id']}"}
    shop.post(f"/v1/subscriptions/{subscription['id']}/cancel", {"timing": "immediately"}, headers=headers)

    assert abs(foreseen["given_back"]["amount"] - (2500 + 2000) // 2) <= 2
    refunded = sum(each.refunded for each in clockwork.payments(shop, subscription))
    assert refunded == foreseen["given_back"]["amount"]


@pytest.mark.feature("C27")
def test_a_pause_pauses_them_and_coming_back_starts_without(shop: Shop) -> None:
    subscription = clockwork.subscriber(shop, quantity=1)
    add(shop, subscription, addon(shop, subscription["product"]))
    shop.post(f"/v1/subscriptions/{subscription['id']}/pause", {})
    clockwork.advance(shop, to=end_of(subscription))
    assert clockwork.read(shop, subscription["id"])["status"] == "paused"

    headers = {"Idempotency-Key": f"resume-{subscription['id']}"}
    resumed = shop.post(f"/v1/subscriptions/{subscription['id']}/resume", {}, headers=headers)

    assert clockwork.payments(shop, subscription)[-1].total == 3500
    assert resumed["next_charge"]["total"] == 3500
    shop.post(f"/v1/subscriptions/{subscription['id']}/cancel", {"timing": "immediately"})
    headers = {"Idempotency-Key": f"back-{subscription['id']}"}
    again = shop.post(f"/v1/subscriptions/{subscription['id']}/resubscribe", {}, headers=headers)
    assert (again["addons"], again["next_charge"]["total"]) == ([], 2500)
