"""Canceling from many sides, ending by the clock: once, however many are at it."""

import threading
from datetime import timedelta

import pytest

from services.portal.jobs import JOBS, forget_confirmations, renew_due
from services.portal.rules.subscriptions.lifecycle import InvalidState
from shared import clock
from shared.errors import Refusal
from shared.events import SubscriptionCanceled, SubscriptionEnded
from tests.integration.portal import cards
from tests.integration.portal.shop import Shop, count
from tests.integration.portal.steps import cancel, prepare, undo


def test_canceling_at_once_from_many_sides_happens_once(shop: Shop) -> None:
    subscription = shop.subscription()
    confirmations = [prepare(shop, subscription).confirmation for _ in range(6)]
    outcomes: list[object] = []

    def attempt(confirmation: str) -> None:
        try:
            outcomes.append(cancel(shop, subscription, confirmation).changed)
        except Refusal as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=attempt, args=(each,)) for each in confirmations]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes.count(True) == 1
    assert len(outcomes) == 6
    assert len(shop.said(SubscriptionCanceled)) == 1


@pytest.mark.feature("C16")
def test_what_was_canceled_ends_on_its_day_once_and_can_then_not_be_undone(shop: Shop) -> None:
    subscription = shop.subscription()
    path = f"/v1/subscriptions/{subscription['id']}"
    ends_at = shop.post(f"{path}/cancel", {})["ends_at"]
    day = clock.now() + timedelta(days=32)

    early = renew_due(shop.database.begin, now=clock.now(), adapters=cards.adapters(shop))
    with clock.fixed(day), pytest.raises(InvalidState):
        undo(shop, subscription, shop.who(proven_at=day))
    ended_now = [renew_due(shop.database.begin, now=day, adapters=cards.adapters(shop)) for _ in range(2)]

    (said,) = shop.said(SubscriptionEnded)
    ended = shop.get(path)
    assert (early, ended_now[1]) == (0, 0)
    assert (ended["status"], ended["ended_at"], said.ended_at) == ("ended", ends_at, ends_at)
    assert shop.logged(subscription["id"])[-1] == "subscription.ended"


def test_many_workers_end_each_subscription_once(shop: Shop) -> None:
    for _ in range(12):
        shop.post(f"/v1/subscriptions/{shop.subscription()['id']}/cancel", {})
    day = clock.now() + timedelta(days=32)

    def work() -> None:
        while renew_due(shop.database.begin, now=day, adapters=cards.adapters(shop)):
            pass

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(shop.said(SubscriptionEnded)) == 12
    assert {each["status"] for each in shop.get("/v1/subscriptions?status=ended")["data"]} == {"ended"}
    assert shop.get("/v1/subscriptions?status=canceled")["data"] == []


def test_used_confirmations_are_forgotten_once_expired(shop: Shop) -> None:
    subscription = shop.subscription()
    cancel(shop, subscription, prepare(shop, subscription).confirmation)

    forget_confirmations(shop.database.begin, now=clock.now() + timedelta(hours=1), adapters=None)

    assert count(shop.database, "confirmations") == 0
    assert {"renew_due", "retry_payments", "give_notice", "advance_test_clocks"} <= {job.name for job in JOBS}
