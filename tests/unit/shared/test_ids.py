"""Ids tell when and never what; order numbers tell nothing."""

import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared import clock, ids


@given(st.from_regex(r"[a-z]{2,8}", fullmatch=True))
def test_an_id_is_its_prefix_and_26_characters(prefix: str) -> None:
    assert re.fullmatch(rf"{prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}", ids.new(prefix))


@given(st.timedeltas(timedelta(0), timedelta(days=40_000)), st.timedeltas(timedelta(milliseconds=1), timedelta(9)))
def test_a_later_id_sorts_after_an_earlier_one(since: timedelta, gap: timedelta) -> None:
    earlier = datetime(2000, 1, 1, tzinfo=UTC) + since
    with clock.fixed(earlier):
        first = ids.new("evt")
    with clock.fixed(earlier + gap):
        second = ids.new("evt")

    assert first < second


def test_ids_of_one_moment_do_not_repeat_and_follow_no_counter() -> None:
    with clock.fixed(datetime(2026, 1, 1, tzinfo=UTC)):
        made = [ids.new("sub") for _ in range(5000)]

    assert len(set(made)) == len(made)
    assert made != sorted(made)


def test_an_order_number_is_ten_characters_that_cannot_be_misread() -> None:
    made = [ids.order_number() for _ in range(5000)]

    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{10}", number) for number in made)
    assert len(set(made)) == len(made)
    assert {number[position] for number in made for position in range(10)} == set(ids.CROCKFORD)
