"""Periods follow one another, and each is charged once."""

import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select

from services.portal.models import Subscription
from shared.events import (
    PaymentSucceeded,
    SubscriptionEnded,
    SubscriptionPaused,
    SubscriptionRenewed,
    SubscriptionResumed,
)
from tests.integration.portal import clockwork
from tests.integration.portal.clockwork import advance, payments, subscriber
from tests.integration.portal.shop import Shop


def end_of(subscription: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(subscription["current_period_end"])


@pytest.mark.feature("C29")
def test_a_period_follows_the_one_before_and_is_charged_as_foreseen(shop: Shop) -> None:
    subscription = subscriber(shop)
    foreseen = subscription["next_charge"]

    advance(shop, to=end_of(subscription))

    renewed = shop.get(f"/v1/subscriptions/{subscription['id']}")
    first, second = payments(shop, subscription)
    (said,) = shop.said(SubscriptionRenewed)
    assert (first.kind, second.kind, second.status) == ("start", "renewal", "succeeded")
    assert second.total == foreseen["total"] == said.total
    assert renewed["current_period_start"] == subscription["current_period_end"] == foreseen["at"]
    assert second.paid_at == end_of(subscription)
    assert said.payment == second.id
    assert shop.logged(subscription["id"])[-1] == "subscription.renewed"


@pytest.mark.feature("C29")
def test_running_the_billing_three_times_at_once_charges_each_period_once(shop: Shop) -> None:
    subscriptions = [subscriber(shop) for _ in range(8)]
    at = max(end_of(each) for each in subscriptions)
    done: list[int] = []

    threads = [threading.Thread(target=lambda: done.append(clockwork.run(shop, at=at))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(done) == 8
    assert [[each.kind for each in payments(shop, one)] for one in subscriptions] == [["start", "renewal"]] * 8
    assert len(shop.said(SubscriptionRenewed)) == 8
    assert len(shop.said(PaymentSucceeded)) == 16


@pytest.mark.feature("C29")
def test_a_clock_that_stood_still_charges_every_period_it_missed(shop: Shop) -> None:
    subscription = subscriber(shop)

    clockwork.run(shop, at=end_of(subscription) + timedelta(days=65))

    periods = [(each.period_start, each.period_end) for each in payments(shop, subscription)]
    assert len(periods) == 4
    assert all(before[1] == after[0] for before, after in pairwise(periods))


def test_a_period_that_was_billed_already_stops_that_account_and_no_other(shop: Shop) -> None:
    stopped, other = subscriber(shop), subscriber(shop)
    at = max(end_of(stopped), end_of(other))
    clockwork.run(shop, at=at)
    with shop.inside() as session:
        row = session.scalars(select(Subscription).where(Subscription.id == stopped["id"])).one()
        row.current_period_end = row.due_at = end_of(stopped)

    clockwork.run(shop, at=at + timedelta(days=31))

    assert len(payments(shop, stopped)) == 2
    assert len(payments(shop, other)) == 3
    assert shop.logged(stopped["id"])[-1] == "subscription.billing_stopped"


def test_what_a_vendor_collects_itself_moves_on_without_a_charge(shop: Shop) -> None:
    subscription = shop.subscription()

    advance(shop, "2mo")

    assert payments(shop, subscription) == []
    assert [each.payment for each in shop.said(SubscriptionRenewed)] == [None, None]


def test_nobody_elses_subscriptions_move_with_a_vendors_clock(shop: Shop, other: Shop) -> None:
    mine, theirs = subscriber(shop), subscriber(other)

    advance(shop, "2mo")

    assert len(payments(shop, mine)) == 3
    assert len(payments(other, theirs)) == 1


@pytest.mark.feature("C29")
def test_the_last_day_of_january_comes_back_after_february(shop: Shop) -> None:
    advance(shop, to=datetime(2027, 1, 31, 12, tzinfo=UTC))
    subscription = subscriber(shop)

    advance(shop, "14mo")

    starts = [each.period_start for each in payments(shop, subscription)]
    assert [f"{each:%m-%d}" for each in starts if each][:5] == ["01-31", "02-28", "03-31", "04-30", "05-31"]
    assert f"{starts[13]:%Y-%m-%d}" == "2028-02-29"


def test_what_was_canceled_ends_and_is_not_charged(shop: Shop) -> None:
    subscription = subscriber(shop)
    shop.post(f"/v1/subscriptions/{subscription['id']}/cancel", {})

    advance(shop, "2mo")

    assert len(payments(shop, subscription)) == 1
    (said,) = shop.said(SubscriptionEnded)
    assert said.ended_at == subscription["current_period_end"]


def test_a_pause_begins_and_ends_at_its_time_and_going_on_is_charged(shop: Shop) -> None:
    subscription = subscriber(shop)
    shop.post(f"/v1/subscriptions/{subscription['id']}/pause", {"interval": "month", "interval_count": 2})

    advance(shop, "4mo")

    paused, resumed = (
        [each for each in shop.said(SubscriptionPaused) if not each.scheduled],
        shop.said(SubscriptionResumed),
    )
    kinds = [each.kind for each in payments(shop, subscription)]
    assert [each.paused_at for each in paused] == [subscription["current_period_end"]]
    assert len(resumed) == 1
    assert kinds[:2] == ["start", "resume"]
    assert shop.get(f"/v1/subscriptions/{subscription['id']}")["status"] == "active"
