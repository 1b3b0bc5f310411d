"""Is a session still good (SE-05)."""

from datetime import UTC, datetime, timedelta

import pytest

from services.auth.rules import session
from services.auth.rules.session import SessionEnded

BEGUN = datetime(2026, 3, 1, 9, tzinfo=UTC)


def decide(**change: object) -> None:
    good = {
        "made_for": "acme",
        "used_at": "acme",
        "is_framed": False,
        "in_frame": False,
        "way_in": "email_link",
        "created_at": BEGUN,
        "last_seen_at": BEGUN,
        "revoked_at": None,
        "now": BEGUN,
    }
    session.decide(**{**good, **change})


def test_activity_every_five_minutes_lasts_for_twelve_hours_and_no_longer() -> None:
    """SE-05."""
    seen = BEGUN
    for minutes in range(5, 12 * 60, 5):
        now = BEGUN + timedelta(minutes=minutes)
        decide(last_seen_at=seen, now=now)
        seen = now

    with pytest.raises(SessionEnded):
        decide(last_seen_at=seen, now=BEGUN + timedelta(hours=12))


@pytest.mark.parametrize(
    "change",
    [
        {"now": BEGUN + timedelta(minutes=30)},
        {"revoked_at": BEGUN},
        {"used_at": "acme-test"},
        {"is_framed": True},
        {"in_frame": True},
    ],
)
def test_an_idle_revoked_or_foreign_session_is_over(change: dict[str, object]) -> None:
    """SE-04, SE-05: idle for 30 minutes, revoked, shown at another portal, or by another means than it was given."""
    with pytest.raises(SessionEnded):
        decide(**change)


def test_a_frames_session_is_good_in_a_frame() -> None:
    decide(is_framed=True, in_frame=True)


def test_staff_look_on_for_thirty_minutes_at_most() -> None:
    """SE-15."""
    decide(way_in="staff_view", last_seen_at=BEGUN + timedelta(minutes=25), now=BEGUN + timedelta(minutes=29))

    with pytest.raises(SessionEnded):
        decide(way_in="staff_view", last_seen_at=BEGUN + timedelta(minutes=29), now=BEGUN + timedelta(minutes=30))


@pytest.mark.parametrize(("last", "noted"), [(None, True), (BEGUN, True), (BEGUN + timedelta(seconds=1), False)])
def test_a_use_is_noted_at_most_once_a_minute(last: datetime | None, noted: bool) -> None:
    assert session.is_worth_noting(last_noted_at=last, now=BEGUN + timedelta(minutes=1)) is noted


@pytest.mark.parametrize(
    ("idle_minutes", "hours", "idle", "absolute"),
    [(5, 1, 5, 60), (30, 12, 30, 720), (31, 13, 30, 720), (100_000, 100_000, 30, 720), (0, 0, 1, 60), (-5, -1, 1, 60)],
)
def test_a_portal_makes_it_shorter_and_never_longer_or_over_at_birth(
    idle_minutes: int, hours: int, idle: int, absolute: int
) -> None:
    """SE-05, whatever an event says."""
    terms = session.calculate_terms(idle_minutes=idle_minutes, hours=hours)

    assert (terms.idle, terms.absolute) == (timedelta(minutes=idle), timedelta(minutes=absolute))


def test_the_shorter_terms_of_its_own_end_it() -> None:
    terms = session.calculate_terms(idle_minutes=5, hours=1)
    decide(terms=terms, now=BEGUN + timedelta(minutes=4, seconds=59))

    for late in ({"now": BEGUN + timedelta(minutes=5)}, {"last_seen_at": BEGUN, "now": BEGUN + timedelta(hours=1)}):
        with pytest.raises(SessionEnded):
            decide(terms=terms, **late)
    assert session.longest("staff_view", session.USUAL) == timedelta(minutes=30)
    assert session.longest("staff_view", terms) == timedelta(minutes=30)
