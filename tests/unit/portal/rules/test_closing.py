"""What is settled once more when a subscription ends: every cent of what waited, or of its part that was used."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.rules.payments.crediting import Kept
from services.portal.rules.subscriptions import closing
from services.portal.rules.subscriptions.period import Period
from shared.totals import Line

JUNE = Period(start=datetime(2027, 6, 1, tzinfo=UTC), end=datetime(2027, 7, 1, tzinfo=UTC))
HALF = datetime(2027, 6, 16, tzinfo=UTC)


def line(amount: int, *, rate: int = 1900, since: datetime = HALF) -> Line:
    start, end = since.isoformat(), JUNE.end.isoformat()
    return Line(description="Team", quantity=1, amount=amount, tax_rate=rate, period_start=start, period_end=end)


def settled(*lines: Line, credit: int = 0) -> closing.Closing:
    kept = [Kept(id="cr_1", description="Credit", remaining=credit, tax_rate=1900)] if credit else []
    return closing.calculate(lines, credit=kept, currency="EUR", tax_behavior="inclusive", description="Kept")


@pytest.mark.parametrize(
    ("lines", "credit", "total", "becomes_credit"),
    [
        ([line(-1250), line(3000)], 0, 1750, 0),
        ([line(-1250), line(3000)], 500, 1250, 0),
        ([line(-1250), line(3000)], 9000, 0, 0),
        ([line(-3000), line(450)], 0, 0, 2550),
        ([line(-3000), line(450)], 500, 0, 2550),
        ([line(-3000), line(450, rate=700)], 0, 0, 2550),
        ([line(-1250), line(1250)], 0, 0, 0),
    ],
    ids=["dearer", "some credit", "enough credit", "cheaper", "cheaper with credit", "another rate", "nothing"],
)
def test_what_is_owed_and_what_becomes_credit(lines: list[Line], credit: int, total: int, becomes_credit: int) -> None:
    found = settled(*lines, credit=credit)

    assert (found.totals.total, found.becomes_credit) == (total, becomes_credit)


def test_where_unused_time_is_given_back_only_what_was_used_counts() -> None:
    at = datetime(2027, 6, 23, 12, tzinfo=UTC)

    half = closing.bill([line(-1250), line(3000)], used_until=at)
    none = closing.bill([line(-1250), line(3000)], used_until=HALF)

    assert [each.amount for each in half] == [-625, 1500]
    assert {each.period_end for each in half} == {at.isoformat()}
    assert none == ()


def test_what_is_for_no_time_counts_in_full() -> None:
    setup = Line(description="Setup", quantity=1, amount=900, tax_rate=1900)

    assert closing.bill([setup], used_until=HALF) == (setup,)
    assert closing.period([setup]) is None
    assert closing.period([setup, line(1)]) == Period(start=HALF, end=JUNE.end)


@given(amounts=st.lists(st.integers(-100_000, 100_000), min_size=1, max_size=6), credit=st.integers(0, 50_000))
def test_nothing_is_lost_and_nothing_is_below_zero(amounts: list[int], credit: int) -> None:
    found = settled(*(line(each) for each in amounts), credit=credit)
    used = -sum(each.amount for each in found.lines if each.description == "Credit")

    assert 0 <= used <= credit
    assert found.totals.total >= 0
    assert found.totals.total + used - found.becomes_credit == sum(amounts)
