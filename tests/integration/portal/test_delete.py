"""Deleting subscriptions that are over: gone from everything that lists them, while the money's record stays."""

from typing import Any

import pytest

from services.portal.queries import overview, portals
from shared import clock
from shared.events import SubscriptionDeleted
from tests.integration.portal.shop import Shop


def ended(shop: Shop, **more: Any) -> dict[str, Any]:
    """A subscription that was canceled at once."""
    made = shop.subscription(**more)
    shop.post(f"/v1/subscriptions/{made['id']}/cancel", {"timing": "immediately"}, headers={"Idempotency-Key": "end"})
    return made


def delete(shop: Shop, subscription: dict[str, Any], **options: Any) -> Any:
    return shop.ask("DELETE", f"/v1/subscriptions/{subscription['id']}", **options)


@pytest.mark.feature("A11")
def test_an_ended_one_vanishes_and_its_payments_stay(shop: Shop) -> None:
    customer = shop.customer()
    gone, stays = ended(shop, customer=customer), shop.subscription(customer=customer)
    paid = shop.payment(customer, subscription=gone["id"])

    answer = delete(shop, gone)

    assert answer.status_code == 204
    assert shop.ask("GET", f"/v1/subscriptions/{gone['id']}").status_code == 404
    assert [each["id"] for each in shop.get("/v1/subscriptions")["data"]] == [stays["id"]]
    assert shop.get(f"/v1/payments/{paid['id']}")["status"] == "succeeded"
    with shop.as_customer(customer["id"]) as session:
        portal = portals.portal(session, slug=shop.portal)
        seen = overview.overview(session, portal=portal, by=shop.who(), now=clock.now())
    assert [each.id for each in seen.subscriptions] == [stays["id"]]
    (said,) = shop.said(SubscriptionDeleted)
    assert (said.subscription, said.customer, said.remaining) == (gone["id"], customer["id"], 1)
    assert shop.logged(gone["id"])[-1] == "subscription.deleted"


@pytest.mark.feature("A11")
def test_deleting_twice_is_deleting_once_and_the_last_one_leaves_none(shop: Shop) -> None:
    gone = ended(shop)

    answers = [delete(shop, gone).status_code for _ in range(2)]

    assert answers == [204, 204]
    (said,) = shop.said(SubscriptionDeleted)
    assert said.remaining == 0


def test_what_runs_or_is_canceled_for_later_is_canceled_first(shop: Shop) -> None:
    running, leaving = shop.subscription(), shop.subscription()
    shop.post(f"/v1/subscriptions/{leaving['id']}/cancel", {})

    refused = [delete(shop, each) for each in (running, leaving)]

    assert [(each.status_code, each.json["code"]) for each in refused] == [(409, "invalid_state")] * 2
    assert shop.said(SubscriptionDeleted) == []


def test_nothing_can_be_done_to_it_any_more(shop: Shop) -> None:
    gone = ended(shop)
    delete(shop, gone)
    path = f"/v1/subscriptions/{gone['id']}"

    answers = [shop.ask("POST", f"{path}/{verb}", json={}) for verb in ("undo_cancel", "pause", "cancel")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_another_vendors_does_not_exist_and_a_key_needs_the_scope(shop: Shop, other: Shop) -> None:
    mine = ended(shop)

    foreign, unscoped = delete(other, mine), delete(shop, mine, scopes=("subscriptions:read",))

    assert (foreign.status_code, unscoped.status_code) == (404, 403)
    assert shop.get(f"/v1/subscriptions/{mine['id']}")["status"] == "ended"


def test_an_outdated_copy_deletes_nothing(shop: Shop) -> None:
    mine = ended(shop)

    refused = delete(shop, mine, headers={"If-Match": '"1"'})

    assert (refused.status_code, refused.json["code"]) == (412, "precondition_failed")
    assert delete(shop, mine).status_code == 204
