"""States, periods with month-end anchors, the next charge, canceling and undoing."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.rules.subscriptions import cancellation, lifecycle, period, renewal, undo
from services.portal.rules.subscriptions.cancellation import Timing
from services.portal.rules.subscriptions.lifecycle import MOVES, InvalidState, Move, Status
from services.portal.rules.subscriptions.period import Interval, Period
from services.portal.rules.subscriptions.renewal import Terms

NOW = datetime(2027, 5, 12, 10, tzinfo=UTC)
MAY = Period(start=datetime(2027, 5, 1, tzinfo=UTC), end=datetime(2027, 6, 1, tzinfo=UTC))
ANCHORS = st.integers(946_684_800, 2_082_672_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
ZONES = st.sampled_from([UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")])


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("move", Move)
def test_moves_are_those_of_the_table_and_no_others(status: Status, move: Move) -> None:
    if (status, move) in MOVES:
        assert lifecycle.after(status, move) is MOVES[status, move]
    else:
        with pytest.raises(InvalidState):
            lifecycle.after(status, move)


def test_what_has_ended_moves_nowhere() -> None:
    assert not [move for status, move in MOVES if status is Status.ENDED]


@pytest.mark.parametrize(
    ("at", "start", "end"),
    [
        ("2027-01-31T12:00", "2027-01-31T12:00", "2027-02-28T12:00"),
        ("2027-02-28T11:59", "2027-01-31T12:00", "2027-02-28T12:00"),
        ("2027-02-28T12:00", "2027-02-28T12:00", "2027-03-31T12:00"),
        ("2027-04-30T12:00", "2027-04-30T12:00", "2027-05-31T12:00"),
        ("2028-02-29T12:00", "2028-02-29T12:00", "2028-03-31T12:00"),
        ("2026-12-31T12:00", "2027-01-31T12:00", "2027-02-28T12:00"),
    ],
    ids=["anchor", "just before", "February", "April", "leap year", "before the anchor"],
)
def test_a_short_month_ends_a_period_on_its_last_day_and_the_next_goes_back_to_the_anchors(
    at: str, start: str, end: str
) -> None:
    found = period.calculate(anchor=_utc("2027-01-31T12:00"), interval=Interval.MONTH, interval_count=1, at=_utc(at))

    assert found == Period(start=_utc(start), end=_utc(end))


def test_a_year_from_a_leap_day_comes_back_to_it() -> None:
    anchor = _utc("2024-02-29T00:00")

    ends = [
        period.calculate(anchor=anchor, interval=Interval.YEAR, interval_count=1, at=_utc(f"{year}-06-01T00:00")).end
        for year in range(2024, 2028)
    ]

    assert [f"{each:%Y-%m-%d}" for each in ends] == ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]


def test_a_period_keeps_its_wall_clock_over_a_change_to_summer_time() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    anchor = datetime(2027, 3, 1, 9, tzinfo=berlin).astimezone(UTC)

    found = period.calculate(anchor=anchor, interval=Interval.MONTH, interval_count=1, at=anchor, zone=berlin)

    assert found.end.astimezone(berlin).isoformat() == "2027-04-01T09:00:00+02:00"


@given(
    anchor=ANCHORS,
    interval=st.sampled_from(list(Interval)),
    interval_count=st.integers(1, 24),
    zone=ZONES,
    days=st.floats(0, 3653),
)
def test_periods_over_ten_years_neither_overlap_nor_leave_a_hole(
    anchor: datetime, interval: Interval, interval_count: int, zone: ZoneInfo, days: float
) -> None:
    def containing(at: datetime) -> Period:
        return period.calculate(anchor=anchor, interval=interval, interval_count=interval_count, at=at, zone=zone)

    at = anchor + timedelta(days=days)
    found = containing(at)
    neighbors = [containing(found.start - timedelta(microseconds=1)), found, containing(found.end)]

    assert found.start <= at < found.end
    if found.start > anchor:
        assert all(before.end == after.start for before, after in pairwise(neighbors))


@given(anchor=ANCHORS, interval=st.sampled_from(list(Interval)), interval_count=st.integers(1, 13))
def test_walking_through_ten_years_meets_each_boundary_once(
    anchor: datetime, interval: Interval, interval_count: int
) -> None:
    at, walked = anchor, []
    while at < anchor + timedelta(days=3653) and len(walked) < 200:
        found = period.calculate(anchor=anchor, interval=interval, interval_count=interval_count, at=at)
        walked.append(found)
        at = found.end

    assert all(before.end == after.start < after.end for before, after in pairwise(walked))
    if interval in (Interval.MONTH, Interval.YEAR):
        assert all(each.end.day == anchor.day or each.end.day >= 28 for each in walked)


def _terms(**more: object) -> Terms:
    given: dict[str, object] = {
        "description": "Team",
        "quantity": 2,
        "unit_amount": 2500,
        "currency": "EUR",
        "tax_rate": 1900,
        "tax_behavior": "inclusive",
        "interval": Interval.MONTH,
        "interval_count": 1,
        "anchor": MAY.start,
        **more,
    }
    return Terms(**given)  # type: ignore[arg-type]


@pytest.mark.feature("C01")
@pytest.mark.parametrize(
    ("terms", "net", "tax", "total"),
    [
        (_terms(), 4202, 798, 5000),
        (_terms(tax_behavior="exclusive"), 5000, 950, 5950),
        (_terms(tax_rate=0), 5000, 0, 5000),
        (_terms(unit_amount=0), 0, 0, 0),
        (_terms(currency="JPY", unit_amount=333, tax_rate=1000, quantity=1, tax_behavior="exclusive"), 333, 33, 366),
    ],
    ids=["included", "on top", "none", "free", "yen"],
)
def test_the_next_charge_is_for_the_following_period_to_the_cent(terms: Terms, net: int, tax: int, total: int) -> None:
    charge = renewal.calculate(status=Status.ACTIVE, terms=terms, running=MAY)

    assert charge is not None
    assert (charge.at, charge.period) == (MAY.end, Period(start=MAY.end, end=_utc("2027-07-01T00:00")))
    assert (charge.totals.net, charge.totals.tax, charge.totals.total) == (net, tax, total)
    assert charge.lines[0].period_start == MAY.end.isoformat()


@pytest.mark.feature("C03")
@pytest.mark.parametrize("status", [Status.CANCELED, Status.ENDED])
def test_what_is_canceled_or_ended_is_never_charged_again(status: Status) -> None:
    assert renewal.calculate(status=status, terms=_terms(), running=MAY) is None


@pytest.mark.feature("C04")
def test_canceling_at_period_end_keeps_access_until_then() -> None:
    found = _cancel(Status.ACTIVE, Timing.AT_PERIOD_END)

    assert (found.changed, found.status, found.ends_at, found.canceled_at) == (True, Status.CANCELED, MAY.end, NOW)


@pytest.mark.feature("C04")
def test_canceling_immediately_ends_it_now() -> None:
    found = _cancel(Status.ACTIVE, Timing.IMMEDIATELY)

    assert (found.changed, found.status, found.ends_at) == (True, Status.ENDED, NOW)


@pytest.mark.feature("C03")
@pytest.mark.parametrize("timing", Timing)
def test_canceling_twice_changes_nothing_the_second_time(timing: Timing) -> None:
    before = NOW - timedelta(days=3)

    found = _cancel(Status.CANCELED, timing, canceled_at=before, ends_at=MAY.end)

    assert (found.changed, found.canceled_at, found.ends_at) == (False, before, MAY.end)


@pytest.mark.parametrize("timing", Timing)
def test_what_has_ended_cannot_be_canceled(timing: Timing) -> None:
    with pytest.raises(InvalidState):
        _cancel(Status.ENDED, timing)


@pytest.mark.feature("C16")
def test_a_cancel_can_be_undone_until_it_takes_effect() -> None:
    last_moment = MAY.end - timedelta(microseconds=1)

    found = undo.decide(
        status=Status.CANCELED, canceled_from=Status.ACTIVE, owes=False, ends_at=MAY.end, now=last_moment
    )

    assert (found.changed, found.status) == (True, Status.ACTIVE)


@pytest.mark.feature("C16")
@pytest.mark.parametrize(("status", "ends_at"), [(Status.CANCELED, NOW), (Status.ENDED, NOW), (Status.ENDED, None)])
def test_what_is_over_cannot_be_undone(status: Status, ends_at: datetime | None) -> None:
    with pytest.raises(InvalidState):
        undo.decide(status=status, canceled_from=None, owes=False, ends_at=ends_at, now=NOW)


def test_undoing_where_nothing_is_canceled_changes_nothing() -> None:
    found = undo.decide(status=Status.ACTIVE, canceled_from=None, owes=False, ends_at=None, now=NOW)

    assert (found.changed, found.status) == (False, Status.ACTIVE)


def _cancel(
    status: Status, timing: Timing, *, canceled_at: datetime | None = None, ends_at: datetime | None = None
) -> cancellation.Cancellation:
    return cancellation.decide(
        status=status,
        offered=cancellation.Offered(timings=(timing,), binds=True),
        wanted=None,
        running=MAY,
        canceled_at=canceled_at,
        ends_at=ends_at,
        now=NOW,
    )


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
