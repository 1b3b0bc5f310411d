"""What was declined is tried again by the schedule, paid or given up; seen by a clock that is moved ahead."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from services.portal.models import Attempt, Payment, PaymentMethod
from services.portal.models.sandbox import SandboxCard
from shared.events import (
    PaymentFailed,
    PaymentMethodExpiring,
    SubscriptionEnded,
    SubscriptionPastDue,
    SubscriptionRecovered,
    SubscriptionRenewed,
    SubscriptionTrialEnding,
)
from tests.integration.portal import cards
from tests.integration.portal.clockwork import advance, payments, read, story, subscriber
from tests.integration.portal.shop import Shop


def spoil(shop: Shop, subscription: dict[str, Any], behavior: str = "attaches_only:insufficient_funds") -> None:
    """From now on the customer's card is declined."""
    with shop.inside() as session:
        tokens = select(PaymentMethod.token).where(PaymentMethod.customer == subscription["customer"])
        session.execute(update(SandboxCard).where(SandboxCard.id.in_(tokens)).values(behavior=behavior))


def heal(shop: Shop, subscription: dict[str, Any]) -> None:
    spoil(shop, subscription, "pays")


def tries(shop: Shop, subscription: dict[str, Any]) -> list[int]:
    """Days after the failure on which the renewal was tried."""
    payment = payments(shop, subscription)[1]
    with shop.inside() as session:
        made = session.scalars(select(Attempt).where(Attempt.payment == payment.id).order_by(Attempt.number)).all()
    return [(each.created_at - (payment.period_start or each.created_at)).days for each in made]


def end_of(subscription: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(subscription["current_period_end"])


@pytest.mark.feature("D06", "M09")
def test_nobody_pays_so_it_is_tried_four_times_and_ends(shop: Shop) -> None:
    subscription = subscriber(shop)
    spoil(shop, subscription)

    advance(shop, "2mo")

    assert tries(shop, subscription) == [0, 2, 7, 14, 21]
    assert read(shop, subscription["id"])["status"] == "ended"
    (fallen,), (ended,) = shop.said(SubscriptionPastDue), shop.said(SubscriptionEnded)
    failed = shop.said(PaymentFailed)
    day = end_of(subscription)
    assert [each.retry_at and each.retry_at[:10] for each in failed] == [
        *((day + timedelta(days=days)).date().isoformat() for days in (2, 7, 14, 21)),
        None,
    ]
    assert ended.ended_at[:10] == (day + timedelta(days=21)).date().isoformat()
    assert fallen.payment == payments(shop, subscription)[1].id
    assert payments(shop, subscription)[1].status == "open"


@pytest.mark.feature("D06")
def test_a_vendor_may_keep_it_past_due_and_set_other_days(shop: Shop) -> None:
    shop.patch("/v1/billing_settings", {"retry_days": [1, 3], "after_last_retry": "past_due"})
    subscription = subscriber(shop)
    spoil(shop, subscription)

    advance(shop, "3mo")

    assert tries(shop, subscription) == [0, 1, 3]
    assert read(shop, subscription["id"])["status"] == "past_due"
    assert len(payments(shop, subscription)) == 2


@pytest.mark.feature("D06")
def test_a_try_that_pays_brings_it_back_and_it_renews_as_before(shop: Shop) -> None:
    subscription = subscriber(shop)
    spoil(shop, subscription)
    advance(shop, to=end_of(subscription) + timedelta(days=5))
    assert read(shop, subscription["id"])["status"] == "past_due"
    heal(shop, subscription)

    advance(shop, to=end_of(subscription) + timedelta(days=40))

    (recovered,) = shop.said(SubscriptionRecovered)
    assert recovered.payment == payments(shop, subscription)[1].id
    assert [each.status for each in payments(shop, subscription)] == ["succeeded"] * 3
    assert len(shop.said(SubscriptionRenewed)) == 2


@pytest.mark.feature("D06")
def test_a_stolen_card_is_not_tried_again(shop: Shop) -> None:
    subscription = subscriber(shop)
    spoil(shop, subscription, "attaches_only:stolen_card")

    advance(shop, "2mo")

    assert tries(shop, subscription) == [0]
    assert shop.logged(payments(shop, subscription)[1].id).count("payment.not_retried") == 4
    assert read(shop, subscription["id"])["status"] == "ended"


@pytest.mark.feature("C22")
def test_canceling_stops_the_tries_at_once(shop: Shop) -> None:
    subscription = subscriber(shop)
    spoil(shop, subscription)
    advance(shop, to=end_of(subscription) + timedelta(days=3))
    shop.post(f"/v1/subscriptions/{subscription['id']}/cancel", {})

    advance(shop, "2mo")

    assert tries(shop, subscription) == [0, 2]
    assert payments(shop, subscription)[1].status == "open"
    assert payments(shop, subscription)[1].retry_at is None


@pytest.mark.feature("D11", "M09")
def test_a_card_is_warned_of_twice_and_not_once_it_is_replaced(shop: Shop) -> None:
    subscription, replaced = subscriber(shop), subscriber(shop)
    old = read(shop, replaced["id"])["customer"]
    cards.card(shop, old)
    with shop.inside() as session:
        month = end_of(subscription) + timedelta(days=62)
        first = select(PaymentMethod.id).where(PaymentMethod.customer == old).order_by(PaymentMethod.id).limit(1)
        ids = [
            session.scalars(first).one(),
            session.scalars(select(PaymentMethod.id).where(PaymentMethod.customer == subscription["customer"])).one(),
        ]
        session.execute(
            update(PaymentMethod).where(PaymentMethod.id.in_(ids)).values(exp_year=month.year, exp_month=month.month)
        )

    advance(shop, "5mo")

    said = shop.said(PaymentMethodExpiring)
    assert [(each.customer, each.days) for each in said] == [
        (subscription["customer"], 30),
        (subscription["customer"], 7),
    ]


@pytest.mark.feature("M09", "L03")
def test_a_trial_is_announced_ends_and_is_charged_in_order(shop: Shop) -> None:
    subscription = subscriber(shop, of_plan={"trial_days": 14})
    began = datetime.fromisoformat(subscription["started_at"])

    advance(shop, "1mo")

    (said,) = shop.said(SubscriptionTrialEnding)
    (first,) = payments(shop, subscription)
    names = [name for name, _day in story(shop)]
    assert said.total == first.total == 5000
    assert said.has_payment_method
    assert (first.kind, first.period_start) == ("renewal", began + timedelta(days=14))
    assert names.index("subscription.trial_ending") < names.index("payment.succeeded")
    assert dict(story(shop))["subscription.trial_ending"] == (began + timedelta(days=11)).date().isoformat()


def test_a_trial_without_a_card_ends_past_due(shop: Shop) -> None:
    subscription = subscriber(shop, None, of_plan={"trial_days": 14})

    advance(shop, "15d")

    (failed,) = shop.said(PaymentFailed)
    assert failed.reason == "no_payment_method"
    assert read(shop, subscription["id"])["status"] == "past_due"
    assert not shop.said(SubscriptionTrialEnding)[0].has_payment_method


def test_money_for_what_has_ended_changes_nothing(shop: Shop) -> None:
    subscription = subscriber(shop)
    spoil(shop, subscription)
    advance(shop, "2mo")
    heal(shop, subscription)

    with shop.inside() as session:
        row = session.scalars(select(Payment).where(Payment.id == payments(shop, subscription)[1].id)).one()
        assert row.retry_at is None
    advance(shop, "2mo")

    assert read(shop, subscription["id"])["status"] == "ended"
