"""What a vendor wants to be asked about first: a ticket through which staff have it carried out, or say why not."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.portal.actions.subscriptions.remove_coupon import Removed, remove_coupon
from services.portal.queries import time
from services.portal.rules.policy import Action, Decision
from services.portal.rules.products.coupon import CouponUnknown
from shared.events import CouponApplied, SubscriptionResumed, TicketOpened, TicketResolved
from tests.integration.portal import changing, clockwork, lifecycle
from tests.integration.portal.clockwork import payments, read
from tests.integration.portal.lifecycle import post
from tests.integration.portal.refunding import decide
from tests.integration.portal.shop import Shop
from tests.integration.portal.test_coupons import apply, guess, make


def asks_first(shop: Shop, subscription: dict[str, Any], action: str) -> None:
    policies = {action: {"setting": "needs_approval"}}
    shop.patch(f"/v1/subscriptions/{subscription['id']}", {"policies": policies})


def paused(shop: Shop) -> dict[str, Any]:
    """It rests, and who wants to go on has to ask."""
    subscription = clockwork.subscriber(shop)
    assert post(shop, subscription, "pause").status_code == 200
    clockwork.advance(shop, to=datetime.fromisoformat(subscription["current_period_end"]) + timedelta(days=3))
    asks_first(shop, subscription, "resume")
    return read(shop, subscription["id"])


def subscribed(shop: Shop) -> dict[str, Any]:
    """Customers may use codes and change the quantity, but the vendor looks at a coupon first."""
    changing.allow(shop)
    subscription = clockwork.subscriber(shop, plan=changing.plans(shop).team, quantity=1)
    asks_first(shop, subscription, "apply_coupon")
    return read(shop, subscription["id"])


def remove(shop: Shop, subscription: dict[str, Any]) -> Removed:
    with shop.as_customer(subscription["customer"]) as session:
        now = time.now(session)
        return remove_coupon(session, subscription_id=subscription["id"], by=shop.who(), now=now)


@pytest.mark.feature("C28")
def test_going_on_is_asked_for_and_approval_charges_it_once(shop: Shop) -> None:
    subscription = paused(shop)

    shown = lifecycle.prepared(shop, subscription, Action.RESUME)
    asked = lifecycle.resume(shop, subscription, shown.confirmation).result
    confirmation = lifecycle.prepared(shop, subscription, Action.RESUME).confirmation
    again = lifecycle.resume(shop, subscription, confirmation).result
    unchanged = read(shop, subscription["id"])
    ticket = shop.get(f"/v1/tickets/{asked.ticket.id}")
    answers = [decide(shop, ticket["id"], "approve", key=key) for key in ("a", "b")]

    assert shown.preview.decision is Decision.NEEDS_APPROVAL
    assert (again.ticket.id, unchanged) == (asked.ticket.id, subscription)
    assert (ticket["kind"], ticket["subscription"]) == ("resume", subscription["id"])
    assert ticket["on_approval"]["charged"] == shown.preview.due_now.total == 5000
    assert [each.json["status"] for each in answers] == ["approved", "approved"]
    assert read(shop, subscription["id"])["status"] == "active"
    assert [each.kind for each in payments(shop, subscription)] == ["start", "resume"]
    assert len(shop.said(TicketOpened)) == len(shop.said(SubscriptionResumed)) == 1


@pytest.mark.feature("C28")
def test_a_pause_that_has_not_begun_is_withdrawn_on_approval(shop: Shop) -> None:
    subscription = clockwork.subscriber(shop)
    assert post(shop, subscription, "pause").status_code == 200
    asks_first(shop, subscription, "resume")

    asked = lifecycle.resume(shop, subscription).result
    waiting = read(shop, subscription["id"])
    answer = decide(shop, asked.ticket.id, "approve")

    assert answer.json["status"] == "approved"
    assert (asked.withdrawn, waiting["pauses_at"]) == (False, subscription["current_period_end"])
    assert read(shop, subscription["id"])["pauses_at"] is None
    assert len(payments(shop, subscription)) == 1


@pytest.mark.feature("C28")
def test_a_declined_request_says_why_and_changes_nothing(shop: Shop) -> None:
    subscription = paused(shop)
    confirmation = lifecycle.prepared(shop, subscription, Action.RESUME).confirmation
    asked = lifecycle.resume(shop, subscription, confirmation).result

    answer = decide(shop, asked.ticket.id, "decline", message="We closed the studio.")

    assert answer.json["status"] == "declined"
    assert [(each.resolution, each.message) for each in shop.said(TicketResolved)] == [
        ("declined", "We closed the studio.")
    ]
    assert read(shop, subscription["id"]) == subscription


@pytest.mark.feature("C28", "C13")
def test_a_coupon_is_asked_for_and_counts_once_it_is_approved(shop: Shop) -> None:
    made = make(shop)
    subscription = subscribed(shop)

    asked = guess(shop, subscription, "spring")
    with pytest.raises(CouponUnknown):
        guess(shop, subscription, "WINTER")
    unchanged, unused = read(shop, subscription["id"]), shop.get(f"/v1/coupons/{made['id']}")["redeemed"]
    assert asked.ticket is not None
    ticket = shop.get(f"/v1/tickets/{asked.ticket.id}")
    answers = [decide(shop, ticket["id"], "approve", key=key) for key in ("a", "b")]

    assert (ticket["kind"], ticket["on_approval"]["obstacle"]) == ("apply_coupon", None)
    assert (unchanged, unused) == (subscription, 0)
    assert [each.json["status"] for each in answers] == ["approved", "approved"]
    assert read(shop, subscription["id"])["next_charge"]["total"] == 2000
    assert shop.get(f"/v1/coupons/{made['id']}")["redeemed"] == len(shop.said(CouponApplied)) == 1


@pytest.mark.feature("C28", "C13")
def test_a_coupon_that_is_used_up_meanwhile_is_not_approved(shop: Shop) -> None:
    make(shop, max_redemptions=1)
    subscription = subscribed(shop)
    asked = guess(shop, subscription, "SPRING")
    assert asked.ticket is not None
    assert apply(shop, clockwork.subscriber(shop)).status_code == 200

    ahead = shop.get(f"/v1/tickets/{asked.ticket.id}")["on_approval"]
    answer = decide(shop, asked.ticket.id, "approve")

    assert ahead["obstacle"] == answer.json["code"] == "coupon_used_up"
    assert (answer.status_code, shop.get(f"/v1/tickets/{asked.ticket.id}")["status"]) == (409, "open")


@pytest.mark.feature("C28", "C13")
def test_a_coupon_is_taken_off_on_approval(shop: Shop) -> None:
    make(shop, duration="forever")
    subscription = subscribed(shop)
    assert remove(shop, subscription) == Removed(subscription=subscription["id"], changed=False)
    with_coupon = apply(shop, subscription).json

    asked = remove(shop, subscription)
    waiting = read(shop, subscription["id"])
    ahead = shop.post(f"/v1/subscriptions/{subscription['id']}/preview", {"action": "remove_coupon"})
    assert asked.ticket is not None
    ticket = shop.get(f"/v1/tickets/{asked.ticket.id}")
    answer = decide(shop, ticket["id"], "approve")

    assert (asked.changed, waiting) == (False, with_coupon)
    assert (ticket["kind"], ticket["on_approval"]["obstacle"]) == ("remove_coupon", None)
    assert answer.json["status"] == "approved"
    assert read(shop, subscription["id"])["next_charge"]["total"] == ahead["next_charge"]["total"] == 2500
    assert shop.logged(subscription["id"])[-1] == "coupon.removed"


@pytest.mark.feature("C28")
def test_another_quantity_is_asked_for_and_charged_on_approval(shop: Shop) -> None:
    changing.allow(shop)
    subscription = clockwork.subscriber(shop, plan=changing.plans(shop).team, quantity=1)
    asks_first(shop, subscription, "change_quantity")

    shown = changing.prepare(shop, subscription, quantity=3)
    asked = changing.confirm(shop, subscription, shown.confirmation, quantity=3).result
    waiting = read(shop, subscription["id"])
    assert asked.ticket is not None
    answer = decide(shop, asked.ticket.id, "approve")

    assert (waiting["quantity"], answer.json["status"]) == (1, "approved")
    assert read(shop, subscription["id"])["quantity"] == 3
    assert [each.kind for each in payments(shop, subscription)] == ["start", "change"]
