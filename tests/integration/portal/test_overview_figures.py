"""The figures of the overview are those of a naive count, whatever the states and moments of the subscriptions."""

import random
from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from services.portal.models import Subscription
from services.portal.queries import vendor_overview
from services.portal.queries.vendor_overview import WEEKS, Week
from services.portal.rules.subscriptions import recurring_revenue
from services.portal.rules.subscriptions.lifecycle import Status
from services.portal.rules.subscriptions.recurring_revenue import COUNTED, Charged
from shared import clock
from shared.money import Money
from tests.integration.portal.shop import Shop

MANY = 60
WEEK = timedelta(weeks=1)


def scatter(rows: list[Subscription], of: random.Random, now: datetime) -> None:
    """Anything that may be, about the weeks told of, their very ends included."""

    def moment() -> datetime:
        week = of.randrange(-1, WEEKS + 3)
        return now - WEEK * week + of.choice([timedelta(), timedelta(seconds=1), timedelta(days=3)])

    for row in rows:
        row.status = of.choice(list(Status))
        row.currency, row.interval = of.choice(["EUR", "USD"]), of.choice(["month", "year"])
        row.quantity, row.unit_amount = of.randrange(1, 4), of.randrange(5000)
        row.tax_behavior, row.tax_rate = of.choice(["inclusive", "exclusive"]), of.choice([0, 1900])
        row.started_at, row.trial_end = moment(), of.choice([None, None, moment()])
        row.paused_at = moment() if row.status is Status.PAUSED else None
        row.canceled_at = moment() if row.status in (Status.CANCELED, Status.ENDED) else None
        row.ends_at = row.ended_at = None
        if row.status in (Status.CANCELED, Status.ENDED):
            row.ends_at = moment()
            row.cancellation_feedback = of.choice([None, "too_expensive", "unused"])
        if row.status is Status.ENDED:
            row.ended_at = row.ends_at
        row.deleted_at = of.choice([None, None, None, now])


def ran(row: Subscription, at: datetime) -> bool:
    begun = row.started_at <= at and (row.trial_end is None or row.trial_end <= at)
    return begun and all(each is None or each > at for each in (row.canceled_at, row.paused_at, row.ended_at))


def naive(rows: list[Subscription], number: int, at: datetime) -> Week:
    running = [row for row in rows if (row.status in COUNTED if number == WEEKS - 1 else ran(row, at))]
    revenue = recurring_revenue.calculate(
        Charged(
            amount=row.unit_amount * row.quantity,
            currency=row.currency,
            interval=row.interval,  # type: ignore[arg-type]  # a text in the table
            interval_count=row.interval_count,
            tax_behavior=row.tax_behavior,
            tax_rate=row.tax_rate,
        )
        for row in running
    )
    return Week(
        at=at,
        revenue=tuple(Money(amount, currency) for currency, amount in revenue.items()),
        active=len(running),
        past_due=0,
        canceled=sum(row.canceled_at is not None and at - WEEK < row.canceled_at <= at for row in rows),
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_figures_are_those_of_a_naive_count(shop: Shop, seed: int) -> None:
    now, customer = clock.now(), shop.customer()
    for _ in range(MANY):
        shop.subscription(customer=customer)
    with shop.inside() as session:
        scatter(list(session.scalars(select(Subscription).order_by(Subscription.id))), random.Random(seed), now)

    with shop.inside() as session:
        found = vendor_overview.business(session, now=now)
        rows = list(session.scalars(select(Subscription)))

    assert 0 < len(rows) < MANY
    ends = [now - WEEK * back for back in reversed(range(WEEKS))]
    assert found.weeks == tuple(naive(rows, number, at) for number, at in enumerate(ends))
    states = Counter(row.status for row in rows)
    assert found.states == {each.value: states[each] for each in Status if each is not Status.ENDED}
    left = [(row.canceled_at, row.cancellation_feedback) for row in rows if row.canceled_at is not None]
    assert found.canceled == sum(at > now - timedelta(days=30) for at, _ in left)
    asked = Counter(given for at, given in left if at > now - timedelta(days=90))
    assert {each.feedback: each.count for each in found.reasons} == asked
