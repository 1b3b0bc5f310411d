"""Parts of a period: to the second, summing to the whole, rounded half away from zero."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.rules.subscriptions import proration
from services.portal.rules.subscriptions.period import Period

JUNE = Period(start=datetime(2027, 6, 1, tzinfo=UTC), end=datetime(2027, 7, 1, tzinfo=UTC))
AMOUNTS = st.integers(-(10**12), 10**12)
PERIODS = st.builds(
    lambda start, length: Period(
        start=datetime.fromtimestamp(start, UTC), end=datetime.fromtimestamp(start, UTC) + timedelta(seconds=length)
    ),
    st.integers(946_684_800, 2_082_672_000),
    st.integers(1, 400 * 86_400),
)


@pytest.mark.parametrize(
    ("at", "unused"),
    [
        ("2027-06-01T00:00:00", 3000),
        ("2027-06-11T00:00:00", 2000),
        ("2027-06-11T00:00:01", 2000),
        ("2027-06-16T00:00:00", 1500),
        ("2027-06-30T23:59:59", 0),
        ("2027-07-01T00:00:00", 0),
        ("2027-05-01T00:00:00", 3000),
        ("2027-08-01T00:00:00", 0),
    ],
)
def test_the_unused_part_of_a_month(at: str, unused: int) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)

    assert proration.calculate(3000, of=JUNE, start=moment) == unused


@pytest.mark.parametrize(("amount", "used"), [(1, 1), (3, 2), (-1, -1), (-3, -2), (5, 3)])
def test_a_half_is_rounded_away_from_zero(amount: int, used: int) -> None:
    middle = datetime(2027, 6, 16, tzinfo=UTC)

    assert proration.calculate(amount, of=JUNE, start=JUNE.start, end=middle) == used


def test_it_counts_by_the_second() -> None:
    amount = 30 * 86_400

    found = proration.calculate(amount, of=JUNE, start=JUNE.start + timedelta(seconds=1, microseconds=999_999))

    assert found == amount - 1


@given(amount=AMOUNTS, of=PERIODS, cuts=st.lists(st.integers(0, 400 * 86_400), max_size=8))
def test_adjacent_parts_sum_to_the_whole(amount: int, of: Period, cuts: list[int]) -> None:
    inside = sorted(min(of.start + timedelta(seconds=each), of.end) for each in cuts)

    parts = [
        proration.calculate(amount, of=of, start=start, end=end) for start, end in pairwise([of.start, *inside, of.end])
    ]

    assert sum(parts) == amount


@given(amount=AMOUNTS, of=PERIODS, second=st.integers(0, 400 * 86_400))
def test_giving_back_and_charging_the_same_comes_to_nothing(amount: int, of: Period, second: int) -> None:
    at = of.start + timedelta(seconds=second)

    refund, charge = (proration.calculate(sign * amount, of=of, start=at) for sign in (-1, 1))

    assert refund + charge == 0


@given(amount=st.integers(0, 10**12), of=PERIODS, first=st.integers(0, 10**7), later=st.integers(0, 10**7))
def test_what_is_left_never_grows_and_never_exceeds_the_whole(amount: int, of: Period, first: int, later: int) -> None:
    at = of.start + timedelta(seconds=first)

    before, after = (proration.calculate(amount, of=of, start=each) for each in (at, at + timedelta(seconds=later)))

    assert 0 <= after <= before <= amount
