"""By when an answer is due."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.actions.support.approvals import APPROVED
from services.portal.rules.support import due
from services.portal.rules.support.ticket import KINDS, MOVES, QUESTION, Side, TicketMove, TicketStatus

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
OPEN, ANSWERED = TicketStatus.OPEN, TicketStatus.ANSWERED
OVER = (TicketStatus.APPROVED, TicketStatus.DECLINED, TicketStatus.CLOSED)


def test_the_worked_example() -> None:
    thursday = MONDAY + timedelta(days=3, hours=6)
    opened = due.calculate(before=None, after=OPEN, due_at=None, answer_hours=24, now=MONDAY)
    answered = due.calculate(before=OPEN, after=ANSWERED, due_at=opened, answer_hours=24, now=MONDAY)
    asked = due.calculate(before=ANSWERED, after=OPEN, due_at=answered, answer_hours=24, now=thursday)
    again = due.calculate(before=OPEN, after=OPEN, due_at=asked, answer_hours=24, now=thursday + timedelta(hours=2))

    assert opened == MONDAY + timedelta(days=1)
    assert answered is None
    assert asked == again == thursday + timedelta(days=1)


@pytest.mark.parametrize("before", [None, ANSWERED])
def test_without_a_promise_nothing_is_due(before: TicketStatus | None) -> None:
    assert due.calculate(before=before, after=OPEN, due_at=None, answer_hours=None, now=MONDAY) is None


def test_another_promise_counts_from_the_next_word_on() -> None:
    kept = due.calculate(before=OPEN, after=OPEN, due_at=MONDAY, answer_hours=None, now=MONDAY)

    assert kept == MONDAY
    assert due.calculate(before=OPEN, after=OPEN, due_at=None, answer_hours=1, now=MONDAY) is None


@given(
    moves=st.lists(st.tuples(st.sampled_from(TicketMove), st.sampled_from(Side), st.integers(0, 10_000)), max_size=12),
    hours=st.one_of(st.none(), st.integers(due.LEAST_HOURS, due.MOST_HOURS)),
)
def test_through_any_thread_it_is_due_as_long_after_the_first_unanswered_word(
    moves: list[tuple[TicketMove, Side, int]], hours: int | None
) -> None:
    status, now, waits_since = OPEN, MONDAY, MONDAY
    due_at = due.calculate(before=None, after=status, due_at=None, answer_hours=hours, now=now)
    for move, side, minutes in moves:
        after = MOVES.get((status, move, side))
        if after is None:
            continue
        now += timedelta(minutes=minutes)
        due_at = due.calculate(before=status, after=after, due_at=due_at, answer_hours=hours, now=now)
        waits_since = now if status is not OPEN else waits_since
        status = after
        expected = waits_since + timedelta(hours=hours) if status is OPEN and hours else None
        assert due_at == expected


def test_kinds_are_a_question_and_what_approval_carries_out() -> None:
    assert (QUESTION, *sorted(APPROVED)) == KINDS
