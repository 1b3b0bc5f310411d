"""What follows an attempt to deliver a webhook, and what an endpoint may ask for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.rules.webhooks import (
    JITTER,
    LONGEST_WAIT,
    MAX_OVERLAP,
    MOST,
    PATIENCE,
    TEST,
    WAITS,
    Next,
    Off,
    State,
    TooManyEndpoints,
    check_events,
    check_room,
    decide,
    overlap_ends,
    wants,
)
from shared.errors import Invalid
from shared.events import NAMES

NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
ENDED = Next(state=State.FAILED)


def after(
    status: int | None,
    *,
    tries: int = 1,
    retry_after: timedelta | None = None,
    failing_since: datetime | None = None,
    chance: float = 0,
) -> Next:
    return decide(
        status=status, tries=tries, retry_after=retry_after, failing_since=failing_since, chance=chance, now=NOW
    )


def again(wait: timedelta) -> Next:
    return Next(state=State.WAITING, again=NOW + wait)


@pytest.mark.feature("M13")
def test_worked_example_a_second_failure_that_asks_for_an_hour() -> None:
    assert after(503, tries=2) == again(timedelta(minutes=5))
    assert after(503, tries=2, retry_after=timedelta(seconds=3600)) == again(timedelta(hours=1))


@pytest.mark.parametrize("status", [200, 201, 202, 204, 226, 299])
def test_any_2xx_is_success(status: int) -> None:
    long_ago = NOW - PATIENCE * 2

    assert after(status, tries=9, retry_after=timedelta(hours=1), failing_since=long_ago) == Next(state=State.DELIVERED)


@pytest.mark.parametrize(
    "status", [None, 0, 100, 101, 199, 300, 301, 302, 303, 304, 307, 308, 400, 401, 404, 409, 411, 429, 500, 503, 599]
)
def test_nothing_else_is_success(status: int | None) -> None:
    assert after(status) == again(WAITS[0])


@pytest.mark.feature("M13")
@pytest.mark.parametrize("tries", [1, 5, len(WAITS) + 1])
def test_an_endpoint_that_says_it_is_gone_is_switched_off_at_once(tries: int) -> None:
    expected = Next(state=State.FAILED, off=Off.GONE)

    assert after(410, tries=tries, retry_after=timedelta(seconds=1)) == expected
    assert after(410, tries=tries, failing_since=NOW - PATIENCE) == expected


@pytest.mark.feature("M13")
@pytest.mark.parametrize("status", [None, 302, 404, 500])
def test_an_endpoint_that_took_nothing_for_five_days_is_switched_off(status: int | None) -> None:
    five_days = timedelta(days=5)
    almost = five_days - timedelta(microseconds=1)

    assert after(status, failing_since=NOW - five_days) == Next(state=State.FAILED, off=Off.FAILING)
    assert after(status, failing_since=NOW - almost) == again(WAITS[0])
    assert after(status, failing_since=None) == again(WAITS[0])


@pytest.mark.parametrize("tries", range(1, len(WAITS) + 1))
def test_each_failure_waits_longer_than_the_one_before(tries: int) -> None:
    assert after(500, tries=tries) == again(WAITS[tries - 1])
    assert list(WAITS) == sorted(set(WAITS))


@pytest.mark.parametrize("tries", [len(WAITS) + 1, len(WAITS) + 2, 1000])
def test_after_the_last_wait_it_is_given_up(tries: int) -> None:
    assert after(500, tries=tries) == ENDED
    assert after(None, tries=tries, retry_after=timedelta(seconds=1), chance=1) == ENDED


@given(st.floats(0, 1), st.none() | st.integers(100, 599).filter(lambda each: each != 410 and each // 100 != 2))
def test_all_attempts_take_three_days_or_more_and_then_end(chance: float, status: int | None) -> None:
    at, tries = NOW, 1
    while (
        following := decide(status=status, tries=tries, retry_after=None, failing_since=NOW, chance=chance, now=at)
    ).again is not None:
        at, tries = following.again, tries + 1

    assert following == ENDED
    assert tries == len(WAITS) + 1
    assert timedelta(days=3) <= at - NOW < PATIENCE


@given(st.integers(1, len(WAITS)), st.floats(0, 1))
def test_chance_adds_a_fifth_at_most_and_takes_nothing_away(tries: int, chance: float) -> None:
    following = after(500, tries=tries, chance=chance)

    assert following.again is not None
    assert WAITS[tries - 1] <= following.again - NOW <= WAITS[tries - 1] * 1.2
    assert JITTER == 0.2


def test_chance_spreads_what_failed_together() -> None:
    assert after(500, tries=3, chance=0) == again(timedelta(minutes=30))
    assert after(500, tries=3, chance=0.5) == again(timedelta(minutes=33))
    assert after(500, tries=3, chance=1) == again(timedelta(minutes=36))


@pytest.mark.parametrize(
    ("tries", "asked", "waited"),
    [
        (1, timedelta(0), WAITS[0]),
        (1, timedelta(seconds=4), WAITS[0]),
        (1, timedelta(seconds=6), timedelta(seconds=6)),
        (1, timedelta(hours=24), timedelta(hours=24)),
        (1, timedelta(hours=24, seconds=1), timedelta(hours=24)),
        (1, timedelta(days=10_000), timedelta(hours=24)),
        (4, timedelta(minutes=1), WAITS[3]),
        (9, timedelta(days=2), WAITS[8]),
    ],
)
def test_an_endpoint_may_ask_for_a_longer_wait_of_a_day_at_most(
    tries: int, asked: timedelta, waited: timedelta
) -> None:
    assert after(503, tries=tries, retry_after=asked) == again(waited)


@given(st.integers(1, len(WAITS)), st.floats(0, 1), st.timedeltas(min_value=timedelta(0)))
def test_what_is_asked_for_neither_hurries_nor_stalls(tries: int, chance: float, asked: timedelta) -> None:
    plain, following = after(429, tries=tries, chance=chance), after(429, tries=tries, chance=chance, retry_after=asked)

    assert plain.again is not None
    assert following.again is not None
    assert plain.again <= following.again <= max(plain.again, NOW + LONGEST_WAIT)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (["*"], True),
        ([NAMES[0]], True),
        ([NAMES[1], NAMES[0]], True),
        ([NAMES[1]], False),
        ([NAMES[0][:-1]], False),
        ([f"{NAMES[0]}.more"], False),
        ([NAMES[0].partition(".")[0]], False),
        ([], False),
    ],
)
def test_an_endpoint_gets_what_it_asked_for(events: list[str], expected: bool) -> None:
    assert wants(events, NAMES[0]) is expected


def test_a_test_is_no_event_that_can_be_asked_for() -> None:
    assert TEST not in NAMES
    with pytest.raises(Invalid):
        check_events([TEST])


def test_each_unknown_event_is_named_once() -> None:
    with pytest.raises(Invalid) as refused:
        check_events(["shop.burned", NAMES[0], "", "shop.burned", "**", "*"])

    found = [(each.field, each.code, dict(each.params)) for each in refused.value.fields]
    assert found == [("events", "unknown_event_type", {"type": each}) for each in ("shop.burned", "", "**")]


@given(st.lists(st.sampled_from(NAMES)))
def test_events_come_once_and_in_the_catalogs_order(events: list[str]) -> None:
    found = check_events(events)

    assert set(found) == set(events)
    assert found == sorted(set(events), key=NAMES.index)
    assert check_events(found) == found


@given(st.lists(st.sampled_from([*NAMES, "*"])), st.sampled_from(NAMES))
def test_an_endpoint_wants_the_same_before_and_after(events: list[str], name: str) -> None:
    assert wants(check_events(events), name) is wants(events, name)


def test_everything_says_it_all() -> None:
    assert check_events([NAMES[3], "*", NAMES[0]]) == ["*"]


def test_a_vendor_has_so_many_endpoints_and_no_more() -> None:
    check_room(0)
    check_room(MOST - 1)

    for existing in (MOST, MOST + 1):
        with pytest.raises(TooManyEndpoints) as refused:
            check_room(existing)
        assert refused.value.params == {"most": MOST}


@pytest.mark.parametrize("overlap", [timedelta(0), timedelta(seconds=1), timedelta(days=1), MAX_OVERLAP])
def test_the_secret_before_signs_for_so_long(overlap: timedelta) -> None:
    assert overlap_ends(now=NOW, overlap=overlap) == NOW + overlap


@pytest.mark.parametrize(
    "overlap", [timedelta(microseconds=-1), MAX_OVERLAP + timedelta(microseconds=1), timedelta.max]
)
def test_neither_into_the_past_nor_for_longer_than_a_week(overlap: timedelta) -> None:
    with pytest.raises(Invalid) as refused:
        overlap_ends(now=NOW, overlap=overlap)

    (field,) = refused.value.fields
    assert (field.field, field.code, dict(field.params)) == ("overlap", "bad_overlap", {"maximum": 7 * 24 * 3600})
