"""Is a link still good (ML-05, ML-21)."""

from datetime import UTC, datetime, timedelta

import pytest

from services.auth.rules import link
from services.auth.rules.link import CrossDevice, LinkInvalid

ASKED = datetime(2026, 3, 1, 12, tzinfo=UTC)
GOOD = {"expires_at": ASKED + link.LIFETIME, "used_at": None, "voided_at": None, "wrong_codes": 0, "now": ASKED}


@pytest.mark.parametrize(
    "change",
    [
        {"now": ASKED + timedelta(minutes=9, seconds=59)},
        {"wrong_codes": 4},
    ],
)
def test_a_link_works_for_ten_minutes(change: dict[str, object]) -> None:
    """ML-05: accepted at 9:59."""
    link.decide(**{**GOOD, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"now": ASKED + timedelta(minutes=10)},
        {"now": ASKED + timedelta(minutes=10, seconds=1)},
        {"used_at": ASKED},
        {"voided_at": ASKED},
        {"wrong_codes": 5},
    ],
)
def test_a_link_that_is_over_says_nothing_of_why(change: dict[str, object]) -> None:
    """ML-05: refused at 10:01; used, void and burnt ones say the same."""
    with pytest.raises(LinkInvalid) as refusal:
        link.decide(**{**GOOD, **change})

    assert refusal.value.params == {}


@pytest.mark.parametrize(
    ("cross_device", "is_own", "is_operators", "works"),
    [
        (CrossDevice.CONFIRM, True, False, True),
        (CrossDevice.CONFIRM, False, False, True),
        (CrossDevice.CODE, True, False, True),
        (CrossDevice.CODE, False, False, False),
        (CrossDevice.CODE, False, True, True),
    ],
)
def test_with_code_a_link_works_only_in_the_browser_that_asked(
    cross_device: CrossDevice, is_own: bool, is_operators: bool, works: bool
) -> None:
    """ML-25. An operator's link was asked for in no browser."""
    assert link.works_in_browser(cross_device, is_own=is_own, is_operators=is_operators) is works


@pytest.mark.parametrize(("minutes", "lives"), [(1, 1), (10, 10), (11, 10), (0, 1), (-3, 1)])
def test_a_portal_makes_links_live_shorter_and_never_longer_or_dead_at_birth(minutes: int, lives: int) -> None:
    """ML-05."""
    assert link.lifetime(minutes) == timedelta(minutes=lives)
