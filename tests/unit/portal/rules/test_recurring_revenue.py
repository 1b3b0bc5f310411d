"""Monthly recurring revenue: what the subscriptions that run bring in a month, without tax, currency by currency."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.rules.subscriptions.period import Interval
from services.portal.rules.subscriptions.recurring_revenue import Charged, calculate, per_month

MONTHLY = Charged(
    amount=1000, currency="EUR", interval=Interval.MONTH, interval_count=1, tax_behavior="exclusive", tax_rate=1900
)
CHARGED = st.builds(
    Charged,
    amount=st.integers(0, 10**9),
    currency=st.sampled_from(("EUR", "JPY", "USD")),
    interval=st.sampled_from(Interval),
    interval_count=st.integers(1, 36),
    tax_behavior=st.sampled_from(("inclusive", "exclusive")),
    tax_rate=st.integers(0, 3000),
)


@pytest.mark.parametrize(
    ("interval", "count", "amount", "monthly"),
    [
        (Interval.MONTH, 1, 1000, 1000),
        (Interval.MONTH, 3, 3000, 1000),
        (Interval.YEAR, 1, 12000, 1000),
        (Interval.YEAR, 2, 12000, 500),
        (Interval.WEEK, 1, 700, 3044),  # 100 a day
        (Interval.DAY, 1, 100, 3044),  # 30.436875 days
    ],
)
def test_a_price_is_spread_over_the_months_of_its_interval(
    interval: Interval, count: int, amount: int, monthly: int
) -> None:
    assert calculate([replace(MONTHLY, interval=interval, interval_count=count, amount=amount)]) == {"EUR": monthly}


def test_tax_that_is_in_the_price_is_no_revenue() -> None:
    assert calculate([replace(MONTHLY, amount=1190, tax_behavior="inclusive")]) == {"EUR": 1000}
    assert calculate([replace(MONTHLY, amount=1190)]) == {"EUR": 1190}


def test_currencies_stay_apart_and_nothing_is_no_currency() -> None:
    assert calculate([]) == {}
    assert calculate([replace(MONTHLY, currency="USD"), MONTHLY, MONTHLY]) == {"EUR": 2000, "USD": 1000}


def test_a_sum_is_rounded_once_and_not_its_parts() -> None:
    third = replace(MONTHLY, interval_count=3, amount=100)

    assert calculate([third]) == {"EUR": 33}
    assert calculate([third] * 3) == {"EUR": 100}
    assert calculate([replace(MONTHLY, interval_count=2, amount=1)]) == {"EUR": 1}


@given(st.lists(CHARGED, max_size=20), st.randoms())
def test_the_order_is_nothing_to_it_and_it_is_never_off_by_more_than_a_half(
    charged: list[Charged], luck: object
) -> None:
    shuffled = list(charged)
    luck.shuffle(shuffled)  # type: ignore[attr-defined]
    revenue = calculate(charged)

    assert calculate(shuffled) == revenue
    for currency, amount in revenue.items():
        exact = sum((per_month(each) for each in charged if each.currency == currency), Fraction())
        assert abs(amount - exact) <= Fraction(1, 2)


@given(CHARGED)
def test_as_much_in_a_year_as_twelve_months_bring(charged: Charged) -> None:
    yearly = replace(charged, interval=Interval.YEAR, interval_count=1)
    monthly = replace(charged, interval=Interval.MONTH, interval_count=1)

    assert 12 * per_month(yearly) == per_month(monthly)
