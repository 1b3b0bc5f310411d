"""Changes that waited for a renewal are settled when a subscription ends before it: charged once, or kept as credit."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.portal.models import Payment
from services.portal.rules.confirmation import PreviewOutdated
from services.portal.rules.subscriptions.cancellation import Timing
from shared.events import PaymentFailed, PaymentSucceeded, SubscriptionEnded
from tests.integration.portal import cards
from tests.integration.portal.changing import Plans, ask, at_once, done, halfway, plans
from tests.integration.portal.clockwork import advance, now, payments, read, run, subscriber
from tests.integration.portal.lifecycle import portal, post
from tests.integration.portal.shop import Shop
from tests.integration.portal.steps import cancel, prepare, undo
from tests.integration.portal.test_dunning import heal, spoil
from tests.integration.portal.test_given_back import books_of, by_rate, credit

AT_ONCE: dict[str, Any] = {"mode": "customer_choice"}
LATER = {"proration_behavior": "create_prorations", "timing": "now"}
NUMBERS = iter(range(1, 1000))


def changed(shop: Shop, first: str, then: str, number: str | None = cards.PAYS) -> tuple[dict[str, Any], Plans]:
    """Halfway through its month to another plan, the difference to be charged with the renewal."""
    sold = plans(shop)
    subscription = subscriber(shop, number, plan=getattr(sold, first), quantity=1)
    halfway(shop, subscription)
    done(ask(shop, subscription, {"plan": getattr(sold, then)["id"], **LATER}))
    return read(shop, subscription["id"]), sold


def look(shop: Shop, subscription: dict[str, Any], timing: str = "at_period_end") -> dict[str, Any]:
    found: dict[str, Any] = post(shop, subscription, "preview", {"action": "cancel", "timing": timing}).json
    return found


def over(shop: Shop, subscription: dict[str, Any]) -> None:
    advance(shop, to=datetime.fromisoformat(subscription["current_period_end"]) + timedelta(hours=1))


def last(shop: Shop, subscription: dict[str, Any]) -> Payment:
    """Its last bill; there is one."""
    (found,) = (each for each in payments(shop, subscription) if each.kind == "final")
    return found


def said_of(payment: Payment) -> list[tuple[str, int]]:
    return [(line["description"], line["amount"]) for line in payment.lines]


def shown_of(bill: dict[str, Any]) -> list[tuple[str, int]]:
    return [(line["description"], line["amount"]) for line in bill["lines"]]


@pytest.mark.feature("C08")
def test_the_rest_of_something_dearer_is_charged_once_at_the_end(shop: Shop) -> None:
    subscription, _sold = changed(shop, "team", "pro")
    shown = look(shop, subscription)
    post(shop, subscription, "cancel", {"timing": "at_period_end"})

    over(shop, subscription)
    advance(shop, "2mo")

    bill, paid = shown["last_bill"], last(shop, subscription)
    assert abs(bill["total"] - 1750) <= 1
    assert (bill["at"], bill["becomes_credit"]) == (subscription["current_period_end"], 0)
    assert shown["never_charged"]["total"] == 6000
    assert (paid.status, paid.total, said_of(paid)) == ("succeeded", bill["total"], shown_of(bill))
    assert len(payments(shop, subscription)) == 2
    assert [each.payment for each in shop.said(PaymentSucceeded)].count(paid.id) == 1
    assert read(shop, subscription["id"])["status"] == "ended"
    assert len(shop.said(SubscriptionEnded)) == 1
    assert books_of(shop) == []


@pytest.mark.feature("C08")
def test_the_difference_to_something_cheaper_becomes_credit_at_its_rate(shop: Shop) -> None:
    subscription, _sold = changed(shop, "pro", "solo")
    shown = look(shop, subscription)
    post(shop, subscription, "cancel", {"timing": "at_period_end"})
    assert credit(shop) == 0

    over(shop, subscription)

    bill, paid = shown["last_bill"], last(shop, subscription)
    assert abs(bill["becomes_credit"] - 2550) <= 1
    assert (bill["total"], paid.total, paid.status) == (0, 0, "succeeded")
    assert said_of(paid) == shown_of(bill)
    assert by_rate(shop) == {1900: bill["becomes_credit"]}
    assert read(shop, subscription["id"])["status"] == "ended"
    assert books_of(shop) == []


@pytest.mark.feature("C08", "D06")
def test_declined_it_is_tried_by_the_schedule_and_stays_open_and_nothing_reopens(shop: Shop) -> None:
    subscription, _sold = changed(shop, "team", "pro")
    post(shop, subscription, "cancel", {"timing": "at_period_end"})
    spoil(shop, subscription)

    advance(shop, "3mo")
    owed = last(shop, subscription)

    assert (owed.status, owed.attempts, owed.retry_at) == ("open", 5, None)
    assert len(shop.said(PaymentFailed)) == 5
    assert read(shop, subscription["id"])["status"] == "ended"
    heal(shop, subscription)
    key = {"Idempotency-Key": f"last-{next(NUMBERS)}"}
    assert shop.ask("POST", f"/v1/payments/{owed.id}/pay", json={}, headers=key).json["status"] == "succeeded"
    advance(shop, "2mo")
    assert read(shop, subscription["id"])["status"] == "ended"
    assert len(payments(shop, subscription)) == 2
    assert books_of(shop) == []


@pytest.mark.feature("D03")
@pytest.mark.parametrize("behavior", ["attaches_only:insufficient_funds", "attaches_only:stolen_card"])
def test_a_new_card_pays_it_and_nothing_begins_again(shop: Shop, behavior: str) -> None:
    subscription, _sold = changed(shop, "team", "pro")
    post(shop, subscription, "cancel", {"timing": "at_period_end"})
    spoil(shop, subscription, behavior)
    over(shop, subscription)
    advance(shop, "3d")
    assert last(shop, subscription).attempts == (2 if "funds" in behavior else 1)

    cards.card(shop, subscription["customer"])

    assert last(shop, subscription).status == "succeeded"
    found = read(shop, subscription["id"])
    assert (found["status"], found["open_payment"]) == ("ended", None)


@pytest.mark.feature("C08")
def test_canceled_at_once_only_what_was_used_counts_less_the_unused_time(shop: Shop) -> None:
    portal(shop, subscription_cancel={**AT_ONCE, "proration_behavior": "create_prorations", "unused_time": "credit"})
    subscription, _sold = changed(shop, "team", "pro")
    end = datetime.fromisoformat(subscription["current_period_end"])
    advance(shop, to=now(shop) + (end - now(shop)) / 2)

    shown = look(shop, subscription, "immediately")
    post(shop, subscription, "cancel", {"timing": "immediately"})

    # a month of Team is paid; half of it was used, and a quarter of a month of Pro
    paid = last(shop, subscription)
    assert abs(shown["last_bill"]["total"] - (1250 + 1500 - 2500)) <= 2
    assert abs(shown["given_back"]["credit"] - 625) <= 1
    assert (paid.status, credit(shop)) == ("succeeded", 0)
    assert abs(paid.total - shown["last_bill"]["total"]) <= 1
    assert books_of(shop) == []


@pytest.mark.feature("C08")
def test_canceled_at_once_without_anything_back_it_is_owed_in_full(shop: Shop) -> None:
    portal(shop, subscription_cancel=AT_ONCE)
    subscription, _sold = changed(shop, "team", "pro")
    path = f"/v1/subscriptions/{subscription['id']}/cancel"

    shown = prepare(shop, subscription)
    without_key = shop.ask("POST", path, json={"timing": "immediately"})
    assert (without_key.status_code, without_key.json["code"]) == (400, "idempotency_key_missing")
    assert read(shop, subscription["id"])["status"] == "active"
    canceled = cancel(shop, subscription, shown.confirmation, timing=Timing.IMMEDIATELY)
    assert canceled.intent is not None
    cards.carry_out(shop, canceled.intent)

    paid = last(shop, subscription)
    bills = [each.last_bill for each in shown.choices if each.last_bill is not None]
    assert [each.total for each in bills] == [paid.total, paid.total]
    assert abs(paid.total - 1750) <= 1
    assert (paid.status, credit(shop)) == ("succeeded", 0)


@pytest.mark.feature("C16")
def test_undone_in_time_the_renewal_charges_it_as_before(shop: Shop) -> None:
    subscription, _sold = changed(shop, "team", "pro")
    cancel(shop, subscription, prepare(shop, subscription).confirmation, timing=None)
    undo(shop, subscription)

    over(shop, subscription)

    assert [each.kind for each in payments(shop, subscription)] == ["start", "renewal"]
    assert abs(payments(shop, subscription)[1].total - 7750) <= 1


@pytest.mark.feature("C08")
def test_a_change_that_is_charged_at_once_settles_what_was_waiting(shop: Shop) -> None:
    portal(shop, subscription_cancel={**AT_ONCE, "proration_behavior": "create_prorations", "unused_time": "credit"})
    subscription, sold = changed(shop, "team", "pro")

    body = {"plan": sold.solo["id"], "timing": "now", "proration_behavior": "always_invoice"}
    shown = post(shop, subscription, "preview", {"action": "change", **body}).json
    done(ask(shop, subscription, body))
    kept = credit(shop)
    post(shop, subscription, "cancel", {"timing": "immediately"})

    # half of a month of Team was used, of the one that was paid
    paid = payments(shop, subscription)
    assert [each.total for each in paid[1:]] == [shown["due_now"]["total"]] == [0]
    assert abs(kept - (1250 - 450)) <= 2
    assert abs(credit(shop) - 1250) <= 2
    assert books_of(shop) == []


@pytest.mark.feature("C10")
def test_a_pause_keeps_it_until_the_end(shop: Shop) -> None:
    subscription, _sold = changed(shop, "team", "pro")
    post(shop, subscription, "pause", {})
    over(shop, subscription)
    assert read(shop, subscription["id"])["status"] == "paused"

    post(shop, subscription, "cancel", {"timing": "immediately"})

    assert abs(last(shop, subscription).total - 1750) <= 1
    assert last(shop, subscription).status == "succeeded"


def test_what_was_shown_before_a_change_is_not_what_happens(shop: Shop) -> None:
    sold = plans(shop)
    subscription = subscriber(shop, plan=sold.team, quantity=1)
    halfway(shop, subscription)
    shown = prepare(shop, subscription)
    done(ask(shop, subscription, {"quantity": 2, **LATER}))

    with pytest.raises(PreviewOutdated):
        cancel(shop, subscription, shown.confirmation)


def test_many_workers_bill_it_once(shop: Shop) -> None:
    subscription, _sold = changed(shop, "team", "pro")
    post(shop, subscription, "cancel", {"timing": "at_period_end"})
    at = datetime.fromisoformat(subscription["current_period_end"]) + timedelta(hours=1)

    at_once(*[lambda: run(shop, at=at)] * 3)

    assert last(shop, subscription).status == "succeeded"
    assert run(shop, at=at) == 0
