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
    ],
)
def test_an_idle_revoked_or_foreign_session_is_over(change: dict[str, object]) -> None:
    """SE-04, SE-05: idle for 30 minutes, revoked, or shown at another portal."""
    with pytest.raises(SessionEnded):
        decide(**change)


@pytest.mark.parametrize(("last", "noted"), [(None, True), (BEGUN, True), (BEGUN + timedelta(seconds=1), False)])
def test_a_use_is_noted_at_most_once_a_minute(last: datetime | None, noted: bool) -> None:
    assert session.is_worth_noting(last_noted_at=last, now=BEGUN + timedelta(minutes=1)) is noted
