"""How often a permanent link is used, and how soon it is mailed again along with others."""

from datetime import UTC, datetime, timedelta

import pytest

from services.auth.rules import subscriber_link
from services.auth.rules.sign_in import TooManySignIns

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "is_due"),
    [
        (None, True),
        (timedelta(0), False),
        (timedelta(minutes=9, seconds=59), False),
        (timedelta(minutes=10), True),
        (timedelta(seconds=-1), False),
    ],
    ids=["never", "now", "just before", "ten minutes", "by a clock that is ahead"],
)
def test_nobody_is_sent_a_link_twice_within_ten_minutes(ago: timedelta | None, is_due: bool) -> None:
    assert subscriber_link.is_due(mailed_at=None if ago is None else NOON - ago, now=NOON) is is_due


@pytest.mark.parametrize(("uses", "wrong", "is_refused"), [(19, 19, False), (20, 0, True), (0, 20, True)])
def test_the_21st_use_of_an_hour_is_refused(uses: int, wrong: int, is_refused: bool) -> None:
    if not is_refused:
        subscriber_link.decide(uses_last_hour=uses, wrong_last_hour=wrong)
        return
    with pytest.raises(TooManySignIns):
        subscriber_link.decide(uses_last_hour=uses, wrong_last_hour=wrong)
