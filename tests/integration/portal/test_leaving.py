"""When a cancel takes effect, what it gives back, who decides; and undoing it exactly."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.portal.rules.reasons import TimingNotAllowed
from services.portal.rules.subscriptions.cancellation import ModeRequired, Timing
from shared.events import PaymentSucceeded, RefundSucceeded, SubscriptionCanceled, TicketOpened
from tests.integration.portal import cards
from tests.integration.portal.clockwork import advance, payments, read, run, subscriber
from tests.integration.portal.lifecycle import portal, post
from tests.integration.portal.shop import Shop
from tests.integration.portal.steps import cancel, prepare, undo


@pytest.mark.feature("C04")
def test_where_the_customer_chooses_they_have_to(shop: Shop) -> None:
    portal(shop, subscription_cancel={"mode": "customer_choice"})
    subscription = subscriber(shop)
    shown = prepare(shop, subscription)

    with pytest.raises(ModeRequired):
        cancel(shop, subscription, shown.confirmation)
    by_key = post(shop, subscription, "cancel")
    done = cancel(shop, subscription, shown.confirmation, timing=Timing.IMMEDIATELY)

    assert [each.timing for each in shown.choices] == [Timing.AT_PERIOD_END, Timing.IMMEDIATELY]
    assert (by_key.status_code, by_key.json["code"]) == (422, "mode_required")
    assert done.status == "ended"


@pytest.mark.feature("C04")
def test_a_timing_that_is_not_offered_is_refused_and_the_most_specific_level_offers(shop: Shop) -> None:
    subscription = subscriber(shop)
    with pytest.raises(TimingNotAllowed):
        cancel(shop, subscription, prepare(shop, subscription).confirmation, timing=Timing.IMMEDIATELY)

    shop.patch(f"/v1/plans/{subscription['plan']}", {"cancel_timing": "immediately"})
    of_plan = prepare(shop, subscription).timing
    shop.patch(f"/v1/subscriptions/{subscription['id']}", {"cancel_timing": "at_period_end"})

    assert (of_plan, prepare(shop, subscription).timing) == (Timing.IMMEDIATELY, Timing.AT_PERIOD_END)
    assert post(shop, subscription, "cancel", {"timing": "immediately"}).json["status"] == "ended"


@pytest.mark.feature("C04")
@pytest.mark.parametrize("how", ["refund", "credit"])
def test_unused_time_comes_back_as_it_was_shown(shop: Shop, how: str) -> None:
    feature = {"mode": "immediately", "proration_behavior": "create_prorations", "unused_time": how}
    portal(shop, subscription_cancel=feature)
    subscription = subscriber(shop)
    start, end = (datetime.fromisoformat(subscription[f"current_period_{each}"]) for each in ("start", "end"))
    advance(shop, to=start + (end - start) / 2)

    preview = post(shop, subscription, "preview", {"action": "cancel"}).json
    shown = prepare(shop, subscription)
    done = cancel(shop, subscription, shown.confirmation)

    back = shown.choices[0].given_back
    assert back is not None
    assert abs(back.amount.amount - 2500) <= 1
    assert abs(preview["given_back"]["amount"] - back.amount.amount) <= 1
    assert preview["given_back"]["how"] == how
    assert done.status == "ended"
    assert [each.amount for each in done.refunds] == ([back.amount] if how == "refund" else [])
    if how == "credit":
        again = post(shop, subscription, "resubscribe")
        assert again.status_code == 201
        assert shop.said(PaymentSucceeded)[-1].total == 5000 - back.amount.amount


@pytest.mark.feature("C04")
def test_a_vendor_that_cancels_at_once_gives_the_money_back_in_the_same_request(shop: Shop) -> None:
    portal(shop, subscription_cancel={"proration_behavior": "create_prorations"})
    subscription = subscriber(shop)

    without_key = shop.ask("POST", f"/v1/subscriptions/{subscription['id']}/cancel", json={"timing": "immediately"})
    ended = post(shop, subscription, "cancel", {"timing": "immediately"})

    (back,) = shop.said(RefundSucceeded)
    (payment,) = payments(shop, subscription)
    assert without_key.json["code"] == "idempotency_key_missing"
    assert ended.json["status"] == "ended"
    assert 0 < back.amount == payment.refunded <= payment.total


@pytest.mark.feature("C05")
def test_a_manual_cancel_changes_nothing_until_it_is_approved(shop: Shop) -> None:
    helpdesk = shop.post("/v1/helpdesks", {"name": "Desk"})
    portal(shop, subscription_cancel={"execution": "manual", "helpdesk": helpdesk["id"]})
    subscription = subscriber(shop)

    asked = cancel(shop, subscription, prepare(shop, subscription).confirmation, feedback="unused")
    again = cancel(shop, subscription, prepare(shop, subscription).confirmation)
    unchanged = read(shop, subscription["id"])
    assert asked.ticket is not None
    approved = shop.ask("POST", f"/v1/tickets/{asked.ticket.id}/approve", json={}, headers={"Idempotency-Key": "yes"})

    (said,) = shop.said(SubscriptionCanceled)
    assert again.ticket is not None
    assert again.ticket.id == asked.ticket.id
    assert (asked.changed, unchanged["status"], len(shop.said(TicketOpened))) == (False, "active", 1)
    assert approved.status_code == 200
    assert read(shop, subscription["id"])["status"] == "canceled"
    assert said.cancellation_details["feedback"] == "unused"


@pytest.mark.feature("C16")
@pytest.mark.parametrize("planned", ["nothing", "pause", "trial"])
def test_undoing_restores_what_was_planned_too(shop: Shop, planned: str) -> None:
    """PC-11."""
    subscription = subscriber(shop, of_plan={"trial_days": 14 if planned == "trial" else 0})
    if planned == "pause":
        post(shop, subscription, "pause", {"interval": "month"})
    before = read(shop, subscription["id"])

    canceled = post(shop, subscription, "cancel").json
    undone = undo(shop, subscription)

    after = read(shop, subscription["id"])
    last = before["trial_end"] or before["current_period_end"]
    assert (canceled["ends_at"], canceled["pauses_at"], canceled["next_charge"]) == (last, None, None)
    assert undone.changed
    assert {**after, "revision": 0} == {**before, "revision": 0}


@pytest.mark.feature("C22", "C03")
def test_canceling_while_past_due_stops_the_retries_and_undoing_starts_them_again(shop: Shop) -> None:
    subscription = subscriber(shop, cards.KEPT_BUT_DECLINED, allow_past_due=True)
    retry_at = subscription["open_payment"]["retry_at"]

    canceled = post(shop, subscription, "cancel").json
    run(shop, at=datetime.fromisoformat(retry_at) + timedelta(hours=1))
    (payment,) = payments(shop, subscription)
    tried = payment.attempts
    undo(shop, subscription)

    after = read(shop, subscription["id"])
    assert (canceled["status"], canceled["open_payment"]["retry_at"], tried) == ("canceled", None, 1)
    assert (after["status"], after["open_payment"]["retry_at"]) == ("past_due", retry_at)


@pytest.mark.feature("H01", "K02")
def test_the_vendors_own_reasons_are_kept_and_told(shop: Shop) -> None:
    asked: dict[str, Any] = {"enabled": True, "options": ["unused"], "feedback_options": ["Moved away"]}
    portal(shop, subscription_cancel={"cancellation_reason": asked})
    subscription = subscriber(shop)
    shown = prepare(shop, subscription)

    cancel(shop, subscription, shown.confirmation, feedback="Moved away", comment="To Oslo.")

    (said,) = shop.said(SubscriptionCanceled)
    kept = read(shop, subscription["id"])
    assert (shown.reasons, shown.own_reasons) == (("unused",), ("Moved away",))
    assert said.cancellation_details == {
        "feedback": "Moved away",
        "comment": "To Oslo.",
        "reason": "cancellation_requested",
    }
    assert (said.timing, said.ends_at) == ("at_period_end", kept["ends_at"])
    assert (kept["cancellation_feedback"], kept["cancellation_comment"]) == ("Moved away", "To Oslo.")
