"""Which days a period has."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.invoices.rules import period
from services.invoices.rules.period import NoSuchPeriod

years = st.integers(min_value=1990, max_value=2198)


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("FY2025", date(2025, 4, 1), date(2026, 3, 31)),
        ("FY2025-01", date(2025, 1, 1), date(2025, 12, 31)),
        ("FY2023-03", date(2023, 3, 1), date(2024, 2, 29)),
        ("2026-01-15/2026-01-15", date(2026, 1, 15), date(2026, 1, 15)),
    ],
)
def test_days_of(written: str, first: date, last: date) -> None:
    found = period.decide(written, fiscal_year_start=4)

    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize(
    "written",
    [
        *("", "May", "2026-13", "2026-00", "2026-Q5", "FY2026-13", "FY26", "1989", "2200", "2026-1", "2026-01-01"),
        *("2026-02-30/2026-03-01", "2026-05-02/2026-05-01", "2026-01-01/9999-12-31", "2026 ", "２０２６", "2026\n"),
    ],
)
def test_what_is_no_period(written: str) -> None:
    with pytest.raises(NoSuchPeriod):
        period.decide(written)


@given(year=years, start=st.integers(min_value=1, max_value=12))
def test_months_quarters_and_years_leave_no_hole_and_do_not_overlap(year: int, start: int) -> None:
    months = [period.decide(f"{year}-{month:02}") for month in range(1, 13)]
    quarters = [period.decide(f"{year}-Q{quarter}") for quarter in range(1, 5)]
    fiscal = [period.decide(f"FY{each}", fiscal_year_start=start) for each in (year, year + 1)]

    for parts in (months, quarters, fiscal):
        for before, after in pairwise(parts):
            assert after.first - before.last == timedelta(days=1)
            assert before.ends == after.begins
    whole = period.decide(str(year))
    assert (months[0].first, months[-1].last) == (quarters[0].first, quarters[-1].last) == (whole.first, whole.last)


def test_its_moments_are_the_first_and_the_one_after_the_last() -> None:
    found = period.decide("2026-05")

    assert found.begins == datetime(2026, 5, 1, tzinfo=UTC)
    assert found.last_begins == datetime(2026, 5, 31, tzinfo=UTC)
    assert found.ends == datetime(2026, 6, 1, tzinfo=UTC)


@given(first=st.dates(date(1990, 1, 1), date(2198, 12, 31)), days=st.integers(min_value=0, max_value=365))
def test_days_are_written_as_they_are_read(first: date, days: int) -> None:
    found = period.Period(first=first, last=first + timedelta(days=days))

    assert period.decide(period.written(found)) == found
    assert len(period.written(found)) <= period.LONGEST
