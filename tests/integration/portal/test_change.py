"""Changing plan and quantity by the vendor's key: charged first, now or at the end of the period."""

from typing import Any

import pytest

from shared.events import PaymentSucceeded, SubscriptionPlanChanged, SubscriptionQuantityChanged, SubscriptionRenewed
from tests.integration.portal import cards, changing, clockwork
from tests.integration.portal.changing import ask, done, halfway, plans, preview, swap_card
from tests.integration.portal.shop import Shop, ago


@pytest.mark.feature("C08", "C18", "C19")
def test_an_upgrade_is_charged_as_foreseen_and_its_lines_reach_the_invoice(shop: Shop) -> None:
    sold = plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    halfway(shop, subscription)

    foreseen = preview(shop, subscription, {"plan": sold.pro["id"]})
    changed = done(ask(shop, subscription, {"plan": sold.pro["id"]}))

    payment = clockwork.payments(shop, subscription)[-1]
    told = shop.said(PaymentSucceeded)[-1]
    (said,) = shop.said(SubscriptionPlanChanged)
    assert (changed["plan"], changed["unit_amount"], changed["change"]["state"]) == (sold.pro["id"], 6000, "changed")
    assert (payment.kind, payment.status) == ("change", "succeeded")
    assert abs(payment.total - 1750) <= 1
    assert payment.total == foreseen["due_now"]["total"] == told.total
    assert [line["amount"] for line in told.lines] == [line["amount"] for line in foreseen["due_now"]["lines"]]
    assert told.lines[0]["description"] == "Unused time of Team"
    assert changed["current_period_end"] == subscription["current_period_end"]
    assert changed["next_charge"]["total"] == foreseen["next_charge"]["total"] == 6000
    assert (said.previous_plan, said.plan, said.scheduled) == (sold.team["id"], sold.pro["id"], False)
    assert "subscription.changed" in shop.logged(subscription["id"])


@pytest.mark.feature("C08")
def test_a_decline_leaves_the_old_plan_and_owes_nothing(shop: Shop) -> None:
    sold = plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    swap_card(shop, subscription, cards.KEPT_BUT_DECLINED)

    before = clockwork.read(shop, subscription["id"])
    answer = ask(shop, subscription, {"plan": sold.pro["id"]})

    assert (answer.status_code, answer.json["code"]) == (409, "change_declined")
    after = clockwork.read(shop, subscription["id"])
    assert {**after, "revision": 0} == {**before, "revision": 0}
    assert clockwork.payments(shop, subscription)[-1].status == "voided"
    assert shop.said(SubscriptionPlanChanged) == []
    swap_card(shop, subscription, cards.PAYS)
    assert done(ask(shop, subscription, {"plan": sold.pro["id"]}))["plan"] == sold.pro["id"]


@pytest.mark.feature("C08")
def test_the_bank_completes_a_change_later(shop: Shop) -> None:
    sold = plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    swap_card(shop, subscription, cards.CONFIRMS_ALWAYS)
    changing.allow(shop)
    shown = changing.prepare(shop, subscription, plan=sold.pro["id"])

    asked = changing.confirm(shop, subscription, shown.confirmation, plan=sold.pro["id"])
    assert asked.payment is not None
    assert asked.payment.action_url is not None
    waiting = clockwork.read(shop, subscription["id"])
    refused = ask(shop, subscription, {"plan": sold.solo["id"]})
    cards.answer(shop, asked.payment.action_url, confirms=True)
    cards.come_back(shop, asked.payment.id)

    assert waiting["plan"] == sold.team["id"]
    assert (refused.status_code, refused.json["code"]) == (409, "payment_under_way")
    assert clockwork.read(shop, subscription["id"])["plan"] == sold.pro["id"]


@pytest.mark.feature("C20")
def test_a_change_that_waits_for_the_bank_can_be_withdrawn_and_late_money_is_kept(shop: Shop) -> None:
    sold = plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    swap_card(shop, subscription, cards.CONFIRMS_ALWAYS)
    changing.allow(shop)
    shown = changing.prepare(shop, subscription, plan=sold.pro["id"])
    asked = changing.confirm(shop, subscription, shown.confirmation, plan=sold.pro["id"])
    assert asked.payment is not None
    assert asked.payment.action_url is not None

    shop.post(f"/v1/subscriptions/{subscription['id']}/undo_change", {})
    cards.answer(shop, asked.payment.action_url, confirms=True)
    cards.come_back(shop, asked.payment.id)

    after = clockwork.read(shop, subscription["id"])
    assert after["plan"] == sold.team["id"]
    assert after["next_charge"]["total"] == max(0, 2500 - asked.payment.total)


@pytest.mark.feature("C19", "C20")
def test_a_downgrade_waits_for_the_period_and_can_be_withdrawn(shop: Shop) -> None:
    sold = plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    path = f"/v1/subscriptions/{subscription['id']}"

    foreseen = preview(shop, subscription, {"plan": sold.solo["id"]})
    scheduled = done(ask(shop, subscription, {"plan": sold.solo["id"]}))
    (said,) = shop.said(SubscriptionPlanChanged)
    withdrawn = shop.post(f"{path}/undo_change", {})

    assert (foreseen["due_now"], foreseen["effective_at"]) == (None, subscription["current_period_end"])
    assert (scheduled["plan"], scheduled["change"]["state"]) == (sold.team["id"], "scheduled")
    assert scheduled["next_charge"]["total"] == foreseen["next_charge"]["total"] == 900
    assert (said.scheduled, said.takes_effect_at) == (True, subscription["current_period_end"])
    assert withdrawn["next_charge"]["total"] == 2500
    assert shop.logged(subscription["id"])[-1] == "subscription.change_withdrawn"


@pytest.mark.feature("C19")
@pytest.mark.parametrize("target", ["solo", "yearly"])
def test_what_was_scheduled_happens_with_the_renewal(shop: Shop, target: str) -> None:
    sold = plans(shop)
    plan = getattr(sold, target)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    done(ask(shop, subscription, {"plan": plan["id"], "timing": "at_period_end"}))
    foreseen = clockwork.read(shop, subscription["id"])["next_charge"]
    shop.patch(f"/v1/plans/{plan['id']}", {"archived": True})

    clockwork.advance(shop, to=clockwork.datetime.fromisoformat(subscription["current_period_end"]))

    renewed = clockwork.read(shop, subscription["id"])
    payment = clockwork.payments(shop, subscription)[-1]
    assert (renewed["plan"], renewed["unit_amount"]) == (plan["id"], plan["unit_amount"])
    assert (payment.kind, payment.total) == ("renewal", plan["unit_amount"])
    assert payment.total == foreseen["total"]
    assert [each.scheduled for each in shop.said(SubscriptionPlanChanged)] == [True, False]


@pytest.mark.feature("C08")
def test_another_interval_begins_a_period_now(shop: Shop) -> None:
    sold = plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    halfway(shop, subscription)

    changed = done(ask(shop, subscription, {"plan": sold.yearly["id"]}))

    payment = clockwork.payments(shop, subscription)[-1]
    assert abs(payment.total - 23_750) <= 1
    assert changed["interval"] == "year"
    assert changed["current_period_start"] == payment.period_start.isoformat()
    assert changed["current_period_end"] == payment.period_end.isoformat()


@pytest.mark.feature("C08", "C19")
def test_what_is_too_much_given_back_is_credit_for_the_next_charge(shop: Shop) -> None:
    sold = plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.pro, quantity=1)
    halfway(shop, subscription)

    foreseen = preview(shop, subscription, {"plan": sold.solo["id"], "timing": "now"})
    changed = done(ask(shop, subscription, {"plan": sold.solo["id"], "timing": "now"}))
    clockwork.advance(shop, to=clockwork.datetime.fromisoformat(subscription["current_period_end"]))

    assert foreseen["due_now"]["total"] == 0
    assert changed["plan"] == sold.solo["id"]
    assert changed["next_charge"]["total"] == foreseen["next_charge"]["total"] == 0
    _start, change, renewal = clockwork.payments(shop, subscription)
    assert (change.total, renewal.total, renewal.status) == (0, 0, "succeeded")


@pytest.mark.parametrize("behavior", ["create_prorations", "none"])
def test_the_difference_may_wait_or_be_waived(shop: Shop, behavior: str) -> None:
    sold = plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    halfway(shop, subscription)
    body = {"plan": sold.pro["id"], "proration_behavior": behavior}

    foreseen = preview(shop, subscription, body)
    changed = done(ask(shop, subscription, body))

    expected = 7750 if behavior == "create_prorations" else 6000
    assert (changed["plan"], foreseen["due_now"]) == (sold.pro["id"], None)
    assert abs(changed["next_charge"]["total"] - expected) <= 1
    assert changed["next_charge"]["total"] == foreseen["next_charge"]["total"]
    assert len(clockwork.payments(shop, subscription)) == 1


@pytest.mark.feature("C15")
def test_more_units_are_charged_now_and_fewer_from_the_next_period(shop: Shop) -> None:
    sold = plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=2)
    halfway(shop, subscription)

    more = done(ask(shop, subscription, {"quantity": 4}))
    fewer = done(ask(shop, subscription, {"quantity": 3}))

    assert (more["quantity"], more["change"]["state"]) == (4, "changed")
    assert abs(clockwork.payments(shop, subscription)[-1].total - 2500) <= 1
    assert (fewer["quantity"], fewer["change"]["state"], fewer["next_charge"]["total"]) == (4, "scheduled", 7500)
    assert [(each.quantity, each.scheduled) for each in shop.said(SubscriptionQuantityChanged)] == [
        (4, False),
        (3, True),
    ]


@pytest.mark.feature("C15")
@pytest.mark.parametrize("wanted", [0, -1, 11, 2.5, "3", 10**12])
def test_a_quantity_outside_names_the_bounds(shop: Shop, wanted: Any) -> None:
    subscription = clockwork.subscriber(shop, plan=plans(shop).team)

    answer = ask(shop, subscription, {"quantity": wanted})

    assert (answer.status_code, answer.json["code"]) == (409, "quantity_out_of_range")
    assert "1 to 10" in answer.json["detail"]
    assert clockwork.read(shop, subscription["id"]) == subscription


@pytest.mark.feature("C21")
def test_a_change_ends_a_trial_and_charges_the_first_period(shop: Shop) -> None:
    sold = plans(shop)
    trial = shop.plan(product=sold.product, plan_group=sold.group["id"], unit_amount=2500, trial_days=14)
    subscription = clockwork.subscriber(shop, plan=trial, quantity=1)

    foreseen = preview(shop, subscription, {"plan": sold.pro["id"]})
    changed = done(ask(shop, subscription, {"plan": sold.pro["id"]}))

    (payment,) = clockwork.payments(shop, subscription)
    assert (subscription["status"], changed["status"], changed["plan"]) == ("trialing", "active", sold.pro["id"])
    assert payment.total == foreseen["due_now"]["total"] == 6000
    assert changed["current_period_start"] == payment.period_start.isoformat()
    assert len(shop.said(SubscriptionRenewed)) == 1


@pytest.mark.feature("C21")
def test_or_goes_on_with_the_trial(shop: Shop) -> None:
    sold = plans(shop)
    changing.allow(shop, trial_update_behavior="continue_trial")
    trial = shop.plan(product=sold.product, plan_group=sold.group["id"], unit_amount=2500, trial_days=14)
    subscription = clockwork.subscriber(shop, plan=trial, quantity=1)

    foreseen = preview(shop, subscription, {"plan": sold.pro["id"]})
    changed = done(ask(shop, subscription, {"plan": sold.pro["id"]}))

    assert (changed["status"], changed["plan"], foreseen["due_now"]) == ("trialing", sold.pro["id"], None)
    assert clockwork.payments(shop, subscription) == []
    assert changed["next_charge"]["total"] == foreseen["next_charge"]["total"] == 6000


def test_what_the_vendor_collects_changes_without_a_charge(shop: Shop) -> None:
    sold = plans(shop)
    subscription = shop.subscription(plan=sold.team, quantity=1, started_at=ago(days=3))

    changed = done(ask(shop, subscription, {"plan": sold.pro["id"]}))

    assert (changed["plan"], changed["change"]["payment"]) == (sold.pro["id"], None)


@pytest.mark.feature("C08")
def test_an_answer_that_comes_late_completes_the_change_once(shop: Shop) -> None:
    sold = plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    swap_card(shop, subscription, cards.ANSWERS_LATE)

    waiting = done(ask(shop, subscription, {"plan": sold.pro["id"]}))
    refused = ask(shop, subscription, {"quantity": 2})
    withdrawn = shop.ask("POST", f"/v1/subscriptions/{subscription['id']}/undo_change", json={})
    cards.settle_due(shop, minutes=5)

    assert (waiting["plan"], waiting["change"]["state"]) == (sold.team["id"], "unknown")
    assert [each.json["code"] for each in (refused, withdrawn)] == ["payment_under_way"] * 2
    assert clockwork.read(shop, subscription["id"])["plan"] == sold.pro["id"]
    assert [each.kind for each in clockwork.payments(shop, subscription)] == ["start", "change"]
