"""May a one-time way in be used now (SE-03)."""

from datetime import UTC, datetime, timedelta

import pytest

from services.auth.rules import entry
from services.auth.rules.entry import EntryInvalid
from services.auth.rules.sign_in import TooManySignIns

MADE = datetime(2026, 3, 1, 12, tzinfo=UTC)


def decide(**change: object) -> None:
    good = {"expires_at": MADE + entry.LIFETIME, "used_at": None, "is_open": True, "now": MADE}
    entry.decide(**{**good, **change})


def test_it_lives_for_five_minutes() -> None:
    decide(now=MADE + timedelta(minutes=4, seconds=59))


@pytest.mark.parametrize("change", [{"now": MADE + timedelta(minutes=5)}, {"used_at": MADE}, {"is_open": False}])
def test_late_used_or_not_listed_it_opens_nothing(change: dict[str, object]) -> None:
    with pytest.raises(EntryInvalid):
        decide(**change)


def test_twenty_wrong_ones_an_hour_are_enough() -> None:
    entry.check_wrong(wrong_last_hour=19)
    with pytest.raises(TooManySignIns):
        entry.check_wrong(wrong_last_hour=20)
