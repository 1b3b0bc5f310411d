"""Pausing at the end of the paid period, withdrawing that, and going on with a new period that is charged."""

from datetime import datetime, timedelta

import pytest

from services.portal.models import Subscription
from services.portal.rules.policy import Action, FeatureDisabled
from services.portal.rules.subscriptions.lifecycle import InvalidState
from services.portal.rules.subscriptions.pause import NoPaymentMethod, PauseNotOffered
from shared.events import PaymentSucceeded, SubscriptionPaused, SubscriptionResumed
from tests.integration.portal import cards
from tests.integration.portal.clockwork import advance, read, run, subscriber
from tests.integration.portal.lifecycle import pause, portal, post, prepared, resume
from tests.integration.portal.shop import Shop

pytestmark = pytest.mark.feature("C17")


def test_a_pause_begins_at_the_end_of_the_paid_period_and_can_be_withdrawn(shop: Shop) -> None:
    portal(shop, subscription_pause={"enabled": True})
    subscription = subscriber(shop)

    paused = pause(shop, subscription)
    shown = read(shop, subscription["id"])
    again = pause(shop, subscription)
    withdrawn = resume(shop, subscription)

    (said,), (resumed,) = shop.said(SubscriptionPaused), shop.said(SubscriptionResumed)
    assert (shown["status"], shown["pauses_at"]) == ("active", subscription["current_period_end"])
    assert shown["next_charge"]["at"] == shown["resumes_at"] == paused.resumes_at.isoformat()
    assert (paused.changed, again.changed) == (True, False)
    assert (said.scheduled, resumed.withdrawn) == (True, True)
    assert withdrawn.result.intent is None
    assert read(shop, subscription["id"])["next_charge"] == subscription["next_charge"]


def test_while_paused_nothing_is_charged_and_it_goes_on_by_itself(shop: Shop) -> None:
    subscription = subscriber(shop)
    post(shop, subscription, "pause", {"interval": "month", "interval_count": 2})

    advance(shop, to=datetime.fromisoformat(subscription["current_period_end"]) + timedelta(hours=1))
    paused = read(shop, subscription["id"])
    advance(shop, to=datetime.fromisoformat(paused["resumes_at"]) + timedelta(hours=1))

    running = read(shop, subscription["id"])
    assert paused["status"] == "paused"
    assert len(shop.said(PaymentSucceeded)) == 2
    assert (running["status"], running["current_period_start"]) == ("active", paused["resumes_at"])


def test_resuming_begins_a_period_now_and_charges_what_was_shown(shop: Shop) -> None:
    portal(shop, subscription_pause={"enabled": True, "duration": {"type": "indefinite"}})
    subscription = subscriber(shop)
    pause(shop, subscription)
    advance(shop, to=datetime.fromisoformat(subscription["current_period_end"]) + timedelta(days=3))

    shown = prepared(shop, subscription, Action.RESUME)
    collected = resume(shop, subscription, shown.confirmation)

    running = read(shop, subscription["id"])
    assert shown.preview.due_now is not None
    assert collected.payment.total == shown.preview.due_now.total == 5000
    assert (running["status"], running["resumes_at"]) == ("active", None)
    assert running["current_period_start"] > subscription["current_period_end"]
    with pytest.raises(InvalidState):
        resume(shop, subscription, shown.confirmation)


def test_a_declined_resume_leaves_the_pause_as_it_was(shop: Shop) -> None:
    subscription = subscriber(shop)
    post(shop, subscription, "pause")
    advance(shop, to=datetime.fromisoformat(subscription["current_period_end"]) + timedelta(days=3))
    bad = cards.card(shop, subscription["customer"], cards.KEPT_BUT_DECLINED)
    assert bad

    refused = post(shop, subscription, "resume")

    after = read(shop, subscription["id"])
    assert (refused.status_code, refused.json["code"]) == (409, "resume_declined")
    assert (after["status"], after["open_payment"]) == ("paused", None)


def test_what_runs_out_during_a_pause_is_past_due_when_the_clock_cannot_charge(shop: Shop) -> None:
    subscription = subscriber(shop)
    post(shop, subscription, "pause", {"interval": "week"})
    advance(shop, to=datetime.fromisoformat(subscription["current_period_end"]) + timedelta(hours=1))
    cards.card(shop, subscription["customer"], cards.KEPT_BUT_DECLINED)
    resumes_at = datetime.fromisoformat(read(shop, subscription["id"])["resumes_at"])

    run(shop, at=resumes_at + timedelta(minutes=1))

    after = read(shop, subscription["id"])
    assert (after["status"], after["open_payment"]["status"]) == ("past_due", "open")


def test_a_portal_offers_its_lengths_and_no_others(shop: Shop) -> None:
    subscription = subscriber(shop)
    with pytest.raises(FeatureDisabled):
        pause(shop, subscription)
    portal(shop, subscription_pause={"enabled": True})

    with pytest.raises(PauseNotOffered):
        pause(shop, subscription, interval="year", interval_count=1)
    too_long = post(shop, subscription, "pause", {"interval": "year", "interval_count": 4})

    assert (too_long.status_code, too_long.json["code"]) == (422, "pause_not_offered")


def test_without_a_payment_method_or_when_canceled_it_is_refused(shop: Shop) -> None:
    portal(shop, subscription_pause={"enabled": True})
    trial = subscriber(shop, None, of_plan={"trial_days": 7})
    canceled = subscriber(shop)
    post(shop, canceled, "cancel")

    in_trial, after_cancel = post(shop, trial, "pause"), post(shop, canceled, "pause")

    assert [each.status_code for each in (in_trial, after_cancel)] == [409, 409]
    assert {each.json["code"] for each in (in_trial, after_cancel)} == {"invalid_state"}
    cardless = shop.post(
        "/v1/subscriptions",
        {"customer": shop.customer("x@example.com")["id"], "plan": shop.plan()["id"], "collection": "external"},
    )
    assert post(shop, cardless, "pause").status_code == 200
    with shop.inside() as session:
        session.get_one(Subscription, cardless["id"]).collection = "automatic"
    post(shop, cardless, "resume")
    with pytest.raises(NoPaymentMethod):
        pause(shop, cardless)


def test_where_a_person_decides_a_pause_is_a_ticket_until_it_is_approved(shop: Shop) -> None:
    portal(shop, subscription_pause={"enabled": True})
    subscription = subscriber(shop)
    shop.patch(f"/v1/subscriptions/{subscription['id']}", {"policies": {"pause": {"setting": "needs_approval"}}})

    asked = pause(shop, subscription)
    unchanged = read(shop, subscription["id"])
    assert asked.ticket is not None
    shop.post(f"/v1/tickets/{asked.ticket.id}/approve", {}, headers={"Idempotency-Key": "yes"})

    assert (asked.changed, unchanged["pauses_at"]) == (False, None)
    assert read(shop, subscription["id"])["pauses_at"] == subscription["current_period_end"]
