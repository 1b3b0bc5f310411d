"""When the clock looks, what it does then, what is tried again, and what is announced."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.rules.operations import billing, test_clock
from services.portal.rules.operations.billing import Billing
from services.portal.rules.operations.test_clock import ClockGoesBack, LiveHasNoTestClock
from services.portal.rules.payments import card_expiry, dunning
from services.portal.rules.payments.card_expiry import Notice
from services.portal.rules.payments.crediting import Kept
from services.portal.rules.payments.dunning import AfterLastRetry
from services.portal.rules.subscriptions import due, renewal, trial, turn
from services.portal.rules.subscriptions.lifecycle import Status
from services.portal.rules.subscriptions.period import Interval, Period
from services.portal.rules.subscriptions.renewal import Ahead, Terms
from services.portal.rules.subscriptions.turn import Turn
from shared.errors import Invalid
from shared.totals import Line

MAY = Period(start=datetime(2027, 5, 1, tzinfo=UTC), end=datetime(2027, 6, 1, tzinfo=UTC))
JULY = datetime(2027, 7, 1, tzinfo=UTC)
ZONES = st.sampled_from(
    [ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")]
)
ANCHORS = st.integers(946_684_800, 2_082_672_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def a_row(**changes: Any) -> dict[str, Any]:
    """The moments of a subscription."""
    none = {"ends_at": None, "trial_end": None, "pauses_at": None, "resumes_at": None}
    return {"status": Status.ACTIVE, "current_period_end": MAY.end, **none, **changes}


ROWS: list[tuple[dict[str, Any], datetime | None, Turn | None]] = [
    (a_row(), MAY.end, Turn.RENEW),
    (a_row(pauses_at=MAY.end), MAY.end, Turn.PAUSE),
    (a_row(pauses_at=JULY), MAY.end, Turn.RENEW),
    (a_row(status=Status.TRIALING, trial_end=MAY.end), MAY.end, Turn.END_TRIAL),
    (a_row(status=Status.PAUSED, resumes_at=JULY), JULY, Turn.RESUME),
    (a_row(status=Status.PAUSED), None, None),
    (a_row(status=Status.CANCELED, ends_at=MAY.end, pauses_at=MAY.end), MAY.end, Turn.END),
    (a_row(status=Status.PAST_DUE), None, None),
    (a_row(status=Status.ENDED, ends_at=MAY.end), None, None),
]


@pytest.mark.parametrize(("row", "at", "found"), ROWS)
def test_each_state_has_its_moment_and_what_is_done_then(
    row: dict[str, Any], at: datetime | None, found: Turn | None
) -> None:
    assert due.calculate(**row) == at
    if at is not None:
        assert turn.decide(**row, now=at - timedelta(microseconds=1)) is None
        assert turn.decide(**row, now=at) is found
    else:
        assert turn.decide(**row, now=JULY) is None


@pytest.mark.feature("D06")
def test_a_failed_payment_is_tried_on_the_days_of_the_schedule_and_then_no_more() -> None:
    failed = datetime(2027, 3, 1, 12, tzinfo=UTC)
    tries, now = [], failed

    while (found := dunning.decide(first_failed_at=failed, retry_days=Billing().retry_days, now=now)).retry_at:
        now = found.retry_at
        tries.append((now - failed).days)

    assert tries == [2, 7, 14, 21]
    assert found.is_over


@pytest.mark.feature("D06")
def test_a_try_in_between_moves_no_date_and_a_terminal_card_is_left_alone() -> None:
    failed = datetime(2027, 3, 1, 12, tzinfo=UTC)
    between = {"first_failed_at": failed, "retry_days": (7, 2), "now": failed + timedelta(days=3)}

    assert dunning.decide(**between) == dunning.Dunning(failed + timedelta(days=7))
    assert not dunning.decide(**between, is_terminal=True).may_charge
    assert dunning.decide(**between, is_terminal=True, is_same_card=False).may_charge


@pytest.mark.parametrize(
    ("noticed", "day", "expected"),
    [
        (None, "2027-04-30", None),
        (None, "2027-05-01", Notice(30, 30)),
        (30, "2027-05-02", None),
        (30, "2027-05-24", Notice(7, 7)),
        (None, "2027-05-28", Notice(7, 3)),
        (7, "2027-05-31", None),
        (None, "2027-06-01", None),
    ],
)
@pytest.mark.feature("D11")
def test_a_card_is_warned_of_30_and_7_days_before_its_last_day(
    noticed: int | None, day: str, expected: Notice | None
) -> None:
    now = datetime.fromisoformat(f"{day}T09:00:00+00:00")
    card: dict[str, Any] = {"exp_year": 2027, "exp_month": 5, "notice_days": (30, 7), "noticed": noticed}

    assert card_expiry.decide(**card, now=now) == expected
    ahead = card_expiry.next_at(**card, now=now)
    assert ahead is None or ahead >= now
    if ahead is not None:
        assert card_expiry.decide(**card, now=ahead) is not None


@pytest.mark.parametrize(
    ("days", "notice", "expected"), [(14, 3, 11), (2, 3, 0), (14, 0, None)], ids=["ahead", "short", "never"]
)
def test_an_end_is_announced_ahead(days: int, notice: int, expected: int | None) -> None:
    began = MAY.start

    found = trial.calculate(began_at=began, ends_at=began + timedelta(days=days), notice_days=notice)

    assert found == (None if expected is None else began + timedelta(days=expected))


@pytest.mark.feature("L03", "M09")
@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("36h", "2027-02-02T00:00"),
        ("1d", "2027-02-01T12:00"),
        ("2w", "2027-02-14T12:00"),
        ("1mo", "2027-02-28T12:00"),
        ("3mo", "2027-04-30T12:00"),
        ("1y", "2028-01-31T12:00"),
    ],
)
def test_a_test_clock_moves_by_the_calendar(by: str, expected: str) -> None:
    now = datetime(2027, 1, 31, 12, tzinfo=UTC)

    found = test_clock.decide(mode="test", now=now, to=None, by=by, zone=UTC)

    assert found.isoformat() == f"{expected}:00+00:00"


@pytest.mark.feature("L03", "M09")
def test_a_test_clock_never_goes_back_nor_too_far_nor_live() -> None:
    def moved(mode: str = "test", to: datetime | None = None, by: str | None = None) -> datetime:
        return test_clock.decide(mode=mode, now=JULY, to=to, by=by, zone=UTC)

    assert moved(to=JULY) == JULY
    with pytest.raises(LiveHasNoTestClock):
        moved("live", by="1d")
    with pytest.raises(ClockGoesBack):
        moved(to=JULY - timedelta(seconds=1))
    for wrong in ({"by": "6y"}, {"by": "9999mo"}, {"by": "0d"}, {"by": "1m"}, {"to": JULY, "by": "1d"}, {}):
        with pytest.raises(Invalid):
            moved(**wrong)


def test_billing_settings_have_defaults_and_bounds() -> None:
    whole = billing.calculate({"retry_days": [3, 1, 3], "card_notice_days": [7, 14], "after_last_retry": "past_due"})

    assert (whole.retry_days, whole.card_notice_days) == ((1, 3), (14, 7))
    assert whole.after_last_retry is AfterLastRetry.PAST_DUE
    assert billing.calculate({}) == Billing()
    assert billing.calculate(whole.stored()) == whole
    for wrong in (
        {"time_zone": "Europe/Nowhere"},
        {"time_zone": "../../etc/passwd"},
        {"retry_days": [0]},
        {"retry_days": list(range(1, 13))},
        {"trial_notice_days": 61},
    ):
        with pytest.raises(Invalid):
            billing.calculate(wrong)


def terms(**changes: Any) -> Terms:
    given_: dict[str, Any] = {
        "description": "Team",
        "quantity": 2,
        "unit_amount": 2500,
        "currency": "EUR",
        "tax_rate": 1900,
        "tax_behavior": "inclusive",
        "interval": Interval.MONTH,
        "interval_count": 1,
        "anchor": MAY.start,
        **changes,
    }
    return Terms(**given_)


def charged(status: Status = Status.ACTIVE, ahead: Ahead | None = None) -> tuple[str, int] | None:
    found = renewal.calculate(status=status, terms=terms(), running=MAY, ahead=ahead)
    return None if found is None else (found.period.start.date().isoformat(), found.totals.total)


DISCOUNT = {"coupon": "cpn_1", "code": "SPRING", "percent_off": 2000, "amount_off": None, "currency": None}
CASES: list[tuple[Status, Ahead, tuple[str, int] | None]] = [
    (Status.ACTIVE, Ahead(), ("2027-06-01", 5000)),
    (Status.TRIALING, Ahead(trial_end=MAY.end), ("2027-06-01", 5000)),
    (Status.PAST_DUE, Ahead(), None),
    (Status.CANCELED, Ahead(), None),
    (Status.PAUSED, Ahead(), None),
    (Status.PAUSED, Ahead(resumes_at=JULY), ("2027-07-01", 5000)),
    (Status.ACTIVE, Ahead(pauses_at=MAY.end), None),
    (Status.ACTIVE, Ahead(pauses_at=MAY.end, resumes_at=JULY), ("2027-07-01", 5000)),
    (Status.ACTIVE, Ahead(scheduled=terms(quantity=1, description="Solo")), ("2027-06-01", 2500)),
    (Status.ACTIVE, Ahead(discount={**DISCOUNT, "periods_left": 1}), ("2027-06-01", 4000)),
    (
        Status.ACTIVE,
        Ahead(pending=[Line(description="-", quantity=1, amount=-900, tax_rate=1900)]),
        ("2027-06-01", 4100),
    ),
    (Status.ACTIVE, Ahead(pending=[Line(description="-", quantity=1, amount=-9000, tax_rate=1900)]), ("2027-06-01", 0)),
    (Status.ACTIVE, Ahead(credits=[Kept(id="c", description="-", remaining=6000, tax_rate=1900)]), ("2027-06-01", 0)),
]


@pytest.mark.parametrize(("status", "ahead", "expected"), CASES)
def test_the_next_charge_counts_all_that_lies_ahead(
    status: Status, ahead: Ahead, expected: tuple[str, int] | None
) -> None:
    assert charged(status, ahead) == expected


def test_another_interval_counts_from_the_end_of_the_period() -> None:
    yearly = terms(interval=Interval.YEAR, unit_amount=20_000)

    found = renewal.calculate(status=Status.ACTIVE, terms=terms(), running=MAY, ahead=Ahead(scheduled=yearly))

    assert found is not None
    assert found.period == Period(start=MAY.end, end=datetime(2028, 6, 1, tzinfo=UTC))
    assert found.terms.anchor == MAY.end


@pytest.mark.feature("C29")
@given(
    anchor=ANCHORS,
    interval=st.sampled_from(Interval),
    count=st.integers(1, 6),
    zones=st.tuples(ZONES, ZONES),
)
def test_ten_years_of_renewals_leave_no_hole_and_no_overlap_even_where_the_zone_changes(
    anchor: datetime, interval: Interval, count: int, zones: tuple[ZoneInfo, ZoneInfo]
) -> None:
    agreed = terms(anchor=anchor, interval=interval, interval_count=count)
    found, at = [], anchor
    while at < anchor + timedelta(days=3653) and len(found) < 130:
        period = renewal.following(agreed, at=at, zone=zones[0] if len(found) < 5 else zones[1])
        found.append(period)
        at = period.end

    shortest = {Interval.DAY: 1, Interval.WEEK: 7, Interval.MONTH: 28, Interval.YEAR: 365}[interval] * count
    assert all(before.end == after.start for before, after in pairwise(found))
    assert all(each.end - each.start >= timedelta(days=shortest, hours=-26) for each in found if shortest > 1)
    assert all(each.end > each.start for each in found)
