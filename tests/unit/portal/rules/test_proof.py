"""Does a host still count as its vendor's?"""

from datetime import UTC, datetime, timedelta

from services.portal.rules.portals.proof import Standing, decide, may_look

NOON = datetime(2026, 5, 10, 12, tzinfo=UTC)
UNPROVEN = Standing(verified_at=None, missing_since=None)
PROVEN = Standing(verified_at=NOON - timedelta(days=9), missing_since=None)


def test_a_record_that_is_found_proves_the_host() -> None:
    assert decide(UNPROVEN, is_there=True, now=NOON) == Standing(verified_at=NOON, missing_since=None)


def test_found_again_it_is_proven_since_the_first_time() -> None:
    assert decide(PROVEN, is_there=True, now=NOON) == PROVEN


def test_what_was_never_proven_is_not_missing() -> None:
    assert decide(UNPROVEN, is_there=False, now=NOON) == UNPROVEN


def test_it_is_looked_for_once_in_five_seconds() -> None:
    assert may_look(looked_at=None, now=NOON)
    assert not may_look(looked_at=NOON, now=NOON)
    assert not may_look(looked_at=NOON - timedelta(seconds=4), now=NOON)
    assert may_look(looked_at=NOON - timedelta(seconds=5), now=NOON)


def test_the_worked_example() -> None:
    missing = decide(PROVEN, is_there=False, now=NOON)

    assert missing == Standing(verified_at=PROVEN.verified_at, missing_since=NOON)
    assert decide(missing, is_there=False, now=NOON + timedelta(days=2, hours=23)) == missing
    assert decide(missing, is_there=False, now=NOON + timedelta(days=3)) == UNPROVEN
    assert decide(missing, is_there=True, now=NOON + timedelta(days=2)) == PROVEN
