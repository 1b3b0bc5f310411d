"""Customers change what they were shown, as the portal, the table of switches and the policy allow."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.portal.rules.confirmation import ConfirmationInvalid, PreviewOutdated
from services.portal.rules.payments.outcome import Result
from services.portal.rules.policy import Decision
from services.portal.rules.products.switching import DowngradeNotAllowed
from services.portal.rules.reasons import FeatureDisabled, PlanRestricted, SwitchNotAllowed
from shared import clock
from shared.errors import NotFound, StepUpRequired
from shared.events import SubscriptionPlanChanged, TicketOpened
from tests.integration.portal import cards, changing, clockwork
from tests.integration.portal.changing import confirm, halfway, plans, prepare
from tests.integration.portal.shop import Shop


@pytest.mark.feature("C18")
def test_what_was_shown_is_what_is_charged_however_long_the_customer_thinks(shop: Shop) -> None:
    sold = plans(shop)
    changing.allow(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    halfway(shop, subscription)
    shown = prepare(shop, subscription, plan=sold.pro["id"])

    with clock.fixed(clock.now() + timedelta(minutes=14)):
        made = confirm(shop, subscription, shown.confirmation, plan=sold.pro["id"])

    payment = clockwork.payments(shop, subscription)[-1]
    assert made.outcome is Result.SUCCEEDED
    assert shown.preview.due_now is not None
    assert [line["amount"] for line in payment.lines] == [line.amount for line in shown.preview.due_now.lines]
    assert payment.total == shown.preview.due_now.total
    after = clockwork.read(shop, subscription["id"])
    assert shown.preview.next_charge is not None
    assert after["next_charge"]["total"] == shown.preview.next_charge.total.amount


@pytest.mark.feature("C18")
def test_figures_that_have_moved_are_shown_anew(shop: Shop) -> None:
    sold = plans(shop)
    changing.allow(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    shown = prepare(shop, subscription, plan=sold.pro["id"])
    coupon = shop.post("/v1/coupons", {"code": "HALF", "name": "Half", "percent_off": 5000, "duration": "forever"})
    shop.post(f"/v1/subscriptions/{subscription['id']}/coupon", {"code": coupon["code"]})

    with pytest.raises(PreviewOutdated):
        confirm(shop, subscription, shown.confirmation, plan=sold.pro["id"])

    assert len(clockwork.payments(shop, subscription)) == 1
    assert shop.said(SubscriptionPlanChanged) == []


@pytest.mark.parametrize("wrong", ["none", "forged", "other plan", "expired", "used"])
def test_only_a_good_confirmation_of_just_this_counts(shop: Shop, wrong: str) -> None:
    sold = plans(shop)
    changing.allow(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    shown = prepare(shop, subscription, plan=sold.pro["id"])
    later = timedelta(minutes=15 if wrong == "expired" else 0)
    if wrong == "used":
        confirm(shop, subscription, shown.confirmation, plan=sold.pro["id"])
    given = {"none": None, "forged": "forged"}.get(wrong, shown.confirmation)
    plan = sold.solo if wrong == "other plan" else sold.team if wrong == "used" else sold.pro
    before = len(clockwork.payments(shop, subscription))

    with clock.fixed(clock.now() + later), pytest.raises((ConfirmationInvalid, PreviewOutdated)):
        confirm(shop, subscription, given, plan=plan["id"])

    assert len(clockwork.payments(shop, subscription)) == before


@pytest.mark.feature("C08", "C15")
def test_nothing_is_offered_until_the_vendor_turns_it_on(shop: Shop) -> None:
    sold = plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)

    with pytest.raises(FeatureDisabled):
        prepare(shop, subscription, plan=sold.pro["id"])
    with pytest.raises(FeatureDisabled):
        prepare(shop, subscription, quantity=3)
    changing.allow(shop, default_allowed_updates=["quantity"])
    with pytest.raises(FeatureDisabled):
        prepare(shop, subscription, plan=sold.pro["id"])
    assert prepare(shop, subscription, quantity=3).target.quantity == 3


@pytest.mark.feature("C09")
def test_upgrade_yes_downgrade_no(shop: Shop) -> None:
    sold = plans(shop)
    changing.allow(shop, allow_downgrade=False)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)

    with pytest.raises(DowngradeNotAllowed):
        prepare(shop, subscription, plan=sold.solo["id"])

    assert prepare(shop, subscription, plan=sold.pro["id"]).preview.decision is Decision.ALLOWED
    assert prepare(shop, subscription, plan=sold.yearly["id"]).preview.decision is Decision.ALLOWED
    assert changing.done(changing.ask(shop, subscription, {"plan": sold.solo["id"]}))["change"]["state"] == "scheduled"


@pytest.mark.feature("M19")
def test_the_table_may_ask_a_person_first(shop: Shop) -> None:
    sold = plans(shop)
    changing.allow(shop)
    entry = {"to": sold.pro["id"], "decision": "needs_approval"}
    shop.patch(f"/v1/plan_groups/{sold.group['id']}", {"switches": [entry]})
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)

    shown = prepare(shop, subscription, plan=sold.pro["id"])
    made = confirm(shop, subscription, shown.confirmation, plan=sold.pro["id"])

    assert shown.preview.decision is Decision.NEEDS_APPROVAL
    assert made.result.ticket is not None
    assert len(shop.said(TicketOpened)) == 1
    assert clockwork.read(shop, subscription["id"])["plan"] == sold.team["id"]


@pytest.mark.feature("M19")
def test_a_subscription_may_differ_from_its_group(shop: Shop) -> None:
    sold = plans(shop)
    changing.allow(shop)
    denied = {"to": sold.pro["id"], "decision": "denied"}
    shop.patch(f"/v1/plan_groups/{sold.group['id']}", {"switches": [denied]})
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)

    with pytest.raises(SwitchNotAllowed):
        prepare(shop, subscription, plan=sold.pro["id"])
    own = [{"to": sold.pro["id"], "decision": "allowed", "timing": "at_period_end"}]
    shop.patch(f"/v1/subscriptions/{subscription['id']}", {"switches": own})

    assert not prepare(shop, subscription, plan=sold.pro["id"]).preview.is_immediate


def test_a_plan_may_deny_changes(shop: Shop) -> None:
    sold = plans(shop)
    changing.allow(shop)
    policy = {"change_plan": {"setting": "deny", "message": "Please call."}}
    shop.patch(f"/v1/plans/{sold.team['id']}", {"policies": policy})
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)

    with pytest.raises(PlanRestricted) as refused:
        prepare(shop, subscription, plan=sold.pro["id"])

    assert refused.value.params["message"] == "Please call."


def test_changing_wants_fresh_proof(shop: Shop) -> None:
    sold = plans(shop)
    changing.allow(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    shown = prepare(shop, subscription, plan=sold.pro["id"])
    old = replace(shop.who(), proven_at=clock.now() - timedelta(minutes=31))

    with pytest.raises(StepUpRequired):
        prepare(shop, subscription, old, plan=sold.pro["id"])
    with pytest.raises(StepUpRequired):
        confirm(shop, subscription, shown.confirmation, old, plan=sold.pro["id"])


def test_another_customers_subscription_does_not_exist(shop: Shop, other: Shop) -> None:
    sold = plans(shop)
    changing.allow(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    theirs: dict[str, Any] = {**subscription, "customer": shop.customer("eve@example.com")["id"]}

    for where in (shop, other):
        with pytest.raises(NotFound):
            prepare(where, theirs, plan=sold.pro["id"])
    strange = changing.plans(other).pro
    answer = changing.ask(shop, subscription, {"plan": strange["id"]})
    assert (answer.status_code, answer.json["code"]) == (404, "plan_unknown")


def test_two_windows_change_once(shop: Shop) -> None:
    sold = plans(shop)
    changing.allow(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    up, more = prepare(shop, subscription, plan=sold.pro["id"]), prepare(shop, subscription, quantity=3)

    def attempt(confirmation: str, **wanted: Any) -> str:
        try:
            return str(confirm(shop, subscription, confirmation, **wanted).outcome)
        except Exception as refused:
            return type(refused).__name__

    answers = changing.at_once(
        lambda: attempt(up.confirmation, plan=sold.pro["id"]), lambda: attempt(more.confirmation, quantity=3)
    )

    assert max(answers) == "succeeded"
    assert min(answers) in ("PreviewOutdated", "PaymentUnderWay")
    assert [each.kind for each in clockwork.payments(shop, subscription)] == ["start", "change"]


def test_credit_pays_for_a_change_and_comes_back_when_it_is_declined(shop: Shop) -> None:
    sold = plans(shop)
    changing.allow(shop)
    subscription = clockwork.subscriber(shop, plan=sold.pro, quantity=1)
    changing.done(changing.ask(shop, subscription, {"plan": sold.team["id"], "timing": "now"}))
    changing.swap_card(shop, subscription, cards.KEPT_BUT_DECLINED)
    before = clockwork.read(shop, subscription["id"])["next_charge"]
    shown = prepare(shop, subscription, plan=sold.yearly["id"])

    made = confirm(shop, subscription, shown.confirmation, plan=sold.yearly["id"])

    assert made.outcome is Result.DECLINED
    assert clockwork.payments(shop, subscription)[-1].status == "voided"
    assert clockwork.read(shop, subscription["id"])["next_charge"] == before
