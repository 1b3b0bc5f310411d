"""Canceling, undoing, unused time and the one offer: tables of cases, and what holds for all of them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.rules.reasons import TimingNotAllowed
from services.portal.rules.subscriptions import cancellation, retention, undo
from services.portal.rules.subscriptions.cancellation import Cancellation, ModeRequired, Offered, Timing
from services.portal.rules.subscriptions.lifecycle import RESTORED, Status
from services.portal.rules.subscriptions.period import Period
from services.portal.rules.subscriptions.retention import Kind, Offer

NOW = datetime(2027, 5, 12, 10, tzinfo=UTC)
MAY = Period(start=datetime(2027, 5, 1, tzinfo=UTC), end=datetime(2027, 6, 1, tzinfo=UTC))
TRIAL_END = datetime(2027, 5, 20, tzinfo=UTC)
RESUMES_AT = datetime(2027, 7, 1, tzinfo=UTC)
BOTH = (Timing.AT_PERIOD_END, Timing.IMMEDIATELY)


def cancel(status: Status, *offered: Timing, wanted: Timing | None = None, **more: object) -> Cancellation:
    given: dict[str, object] = {
        "offered": Offered(timings=offered or (Timing.AT_PERIOD_END,), binds=True),
        "wanted": wanted,
        "running": MAY,
        "canceled_at": None,
        "ends_at": None,
        "now": NOW,
        **more,
    }
    return cancellation.decide(status=status, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "more", "ends_at"),
    [
        (Status.ACTIVE, {}, MAY.end),
        (Status.PAST_DUE, {}, MAY.end),
        (Status.TRIALING, {"trial_end": TRIAL_END}, TRIAL_END),
        (Status.PAUSED, {"resumes_at": RESUMES_AT}, RESUMES_AT),
        (Status.PAUSED, {}, NOW),
    ],
    ids=["active", "past due", "in a trial", "paused", "paused until somebody resumes"],
)
def test_at_the_end_of_what_it_has(status: Status, more: dict[str, datetime], ends_at: datetime) -> None:
    found = cancel(status, **more)

    assert found.ends_at == ends_at
    assert found.status is (Status.ENDED if ends_at == NOW else Status.CANCELED)


def test_who_may_choose_has_to_and_gets_what_they_chose() -> None:
    with pytest.raises(ModeRequired):
        cancel(Status.ACTIVE, *BOTH)

    assert cancel(Status.ACTIVE, *BOTH, wanted=Timing.IMMEDIATELY).ends_at == NOW
    assert cancel(Status.ACTIVE, *BOTH, wanted=Timing.AT_PERIOD_END).ends_at == MAY.end


def test_a_timing_that_is_not_offered_is_refused_to_customers_only() -> None:
    with pytest.raises(TimingNotAllowed):
        cancel(Status.ACTIVE, Timing.AT_PERIOD_END, wanted=Timing.IMMEDIATELY)

    free = Offered(timings=(Timing.AT_PERIOD_END,), binds=False)
    assert cancel(Status.ACTIVE, wanted=Timing.IMMEDIATELY, offered=free).status is Status.ENDED


@pytest.mark.parametrize(
    ("status", "wanted", "prorates", "gives_back"),
    [
        (Status.ACTIVE, Timing.IMMEDIATELY, True, True),
        (Status.ACTIVE, Timing.IMMEDIATELY, False, False),
        (Status.ACTIVE, Timing.AT_PERIOD_END, True, False),
        (Status.PAST_DUE, Timing.IMMEDIATELY, True, False),
        (Status.TRIALING, Timing.IMMEDIATELY, True, False),
    ],
)
def test_only_paid_time_of_an_immediate_cancel_comes_back(
    status: Status, wanted: Timing, prorates: bool, gives_back: bool
) -> None:
    assert cancel(status, *BOTH, wanted=wanted, prorates=prorates).gives_back is gives_back


@given(
    status=st.sampled_from(sorted(RESTORED)),
    wanted=st.sampled_from(Timing),
    owes=st.booleans(),
    trial_end=st.integers(1, 80).map(lambda days: NOW + timedelta(days=days)),
)
def test_undoing_in_time_restores_and_canceling_twice_is_once(
    status: Status, wanted: Timing, owes: bool, trial_end: datetime
) -> None:
    first = cancel(status, *BOTH, wanted=wanted, trial_end=trial_end, resumes_at=RESUMES_AT)
    if first.status is Status.ENDED:
        return
    second = cancel(Status.CANCELED, *BOTH, canceled_at=NOW, ends_at=first.ends_at)
    before_end = first.ends_at - timedelta(microseconds=1)
    undone = undo.decide(status=first.status, canceled_from=status, owes=owes, ends_at=first.ends_at, now=before_end)

    assert (second.changed, second.ends_at) == (False, first.ends_at)
    assert undone.status is (Status.ACTIVE if status is Status.PAST_DUE and not owes else status)


COUPON = Offer(reasons=("too_expensive",), kind=Kind.COUPON, coupon="cpn_1")
PAUSE = Offer(reasons=("unused",), kind=Kind.PAUSE)
ANY = Offer(reasons=(), kind=Kind.CONTACT)
OFFERS = (COUPON, PAUSE, ANY)


@pytest.mark.parametrize(
    ("reason", "possible", "days", "expected"),
    [
        ("too_expensive", OFFERS, None, COUPON),
        ("too_expensive", (PAUSE, ANY), None, ANY),
        ("unused", OFFERS, None, PAUSE),
        (None, OFFERS, None, ANY),
        ("other", (COUPON, PAUSE), None, None),
        ("unused", OFFERS, 364, None),
        ("unused", OFFERS, 365, PAUSE),
    ],
    ids=["coupon", "coupon used", "pause", "no reason", "nothing fits", "too soon", "a year later"],
)
def test_one_offer_at_most(
    reason: str | None, possible: tuple[Offer, ...], days: int | None, expected: Offer | None
) -> None:
    offered_at = None if days is None else NOW - timedelta(days=days)

    assert retention.decide(offers=OFFERS, reason=reason, possible=possible, offered_at=offered_at, now=NOW) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [(timedelta(minutes=-2), ANY), (timedelta(0), ANY), (timedelta(seconds=1), None), (None, None)],
    ids=["the same form again", "in one moment", "a newer form", "no form"],
)
def test_the_form_that_led_to_an_offer_leads_to_it_again(asked: timedelta | None, expected: Offer | None) -> None:
    offered_at = NOW - timedelta(minutes=1)
    asked_at = None if asked is None else offered_at + asked

    found = retention.decide(
        offers=OFFERS, reason=None, possible=OFFERS, offered_at=offered_at, asked_at=asked_at, now=NOW
    )

    assert found == expected
