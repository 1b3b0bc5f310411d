"""When a mail is tried again, and when no more."""

from datetime import UTC, datetime, timedelta

import pytest

from services.notifications.rules.delivery import URGENT_WAITS, WAITS, Answer, Next, State, decide

NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)


def test_an_accepted_mail_is_sent() -> None:
    following = decide(answer=Answer.ACCEPTED, attempts=1, urgent=False, expires_at=None, now=NOW)

    assert following == Next(state=State.SENT)


@pytest.mark.parametrize("answer", [Answer.REFUSED, Answer.EXPIRED])
def test_a_permanent_refusal_and_a_lifetime_that_is_over_give_up_at_once(answer: Answer) -> None:
    following = decide(answer=answer, attempts=1, urgent=True, expires_at=NOW + timedelta(minutes=9), now=NOW)

    assert following == Next(state=State.FAILED)


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 30), (5, 60), (8, 480)])
def test_a_deferred_mail_waits_longer_each_time(attempts: int, minutes: int) -> None:
    following = decide(answer=Answer.DEFERRED, attempts=attempts, urgent=False, expires_at=None, now=NOW)

    assert following == Next(state=State.QUEUED, at=NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(("urgent", "attempts"), [(False, len(WAITS) + 1), (True, len(URGENT_WAITS) + 1)])
def test_after_the_last_wait_it_is_given_up(urgent: bool, attempts: int) -> None:
    following = decide(answer=Answer.DEFERRED, attempts=attempts, urgent=urgent, expires_at=None, now=NOW)

    assert following == Next(state=State.FAILED)


def test_an_urgent_mail_is_tried_again_within_a_second() -> None:
    following = decide(answer=Answer.DEFERRED, attempts=1, urgent=True, expires_at=NOW + timedelta(minutes=10), now=NOW)

    assert following == Next(state=State.QUEUED, at=NOW + timedelta(seconds=1))


def test_nothing_is_tried_when_it_would_have_expired_by_then() -> None:
    expires_at = NOW + URGENT_WAITS[4]

    following = decide(answer=Answer.DEFERRED, attempts=5, urgent=True, expires_at=expires_at, now=NOW)

    assert following == Next(state=State.FAILED)


@pytest.mark.parametrize("waits", [WAITS, URGENT_WAITS])
def test_waits_never_shrink(waits: list[timedelta]) -> None:
    assert list(waits) == sorted(waits)
    assert sum(WAITS, timedelta()) > timedelta(hours=12)
