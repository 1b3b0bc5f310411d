"""A line of the action log that is changed, put in, taken out or moved no longer fits where it stands."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.rules.operations import chain
from services.portal.rules.operations.chain import BEGINNING, START, Fault, Line, Link

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def a_line(**more: Any) -> Line:
    given: dict[str, Any] = {
        "id": "log_1",
        "vendor": "ven_1",
        "mode": "test",
        "actor_kind": "customer",
        "actor_id": "cus_1",
        "action": "subscription.canceled",
        "object": "sub_1",
        "customer": "cus_1",
        "rule": "configuration",
        "before": {"status": "active"},
        "after": {"status": "canceled"},
        "request_id": "req_1",
        "at": AT,
    }
    return Line(**(given | more))


def sealed(lines: list[Line]) -> list[tuple[Line, Link]]:
    found, last = [], BEGINNING
    for line in lines:
        last = chain.calculate(line, after=last)
        found.append((line, last))
    return found


def faults(found: list[tuple[Line, Link]], head: Link) -> dict[int, tuple[Fault, ...]]:
    """What is wrong, by the place of the line in the list; the end of the chain is one more."""
    wrong, last = {}, BEGINNING
    for number, (line, at) in enumerate(found, start=1):
        wrong[number] = chain.check(line, at, after=last)
        last = at
    wrong[len(found) + 1] = chain.check_end(last, head=head)
    return {number: each for number, each in wrong.items() if each}


def a_chain(length: int = 5) -> list[tuple[Line, Link]]:
    return sealed([a_line(id=f"log_{number}") for number in range(1, length + 1)])


def test_the_hash_is_that_of_canonical_json() -> None:
    link = chain.calculate(a_line(), after=BEGINNING)

    said = {
        "action": "subscription.canceled",
        "actor": {"id": "cus_1", "kind": "customer"},
        "after": {"status": "canceled"},
        "at": "2026-11-22T09:30:00.000000+00:00",
        "before": {"status": "active"},
        "customer": "cus_1",
        "id": "log_1",
        "mode": "test",
        "object": "sub_1",
        "previous_hash": "0" * 64,
        "request_id": "req_1",
        "rule": "configuration",
        "sequence": 1,
        "vendor": "ven_1",
    }
    text = json.dumps(said, separators=(",", ":"))
    assert link == Link(sequence=1, previous_hash=START, hash=sha256(text.encode("ascii")).hexdigest())


def test_the_same_moment_elsewhere_is_the_same_line() -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=9)))

    assert chain.calculate(a_line(at=elsewhere), after=BEGINNING) == chain.calculate(a_line(), after=BEGINNING)


def test_a_chain_that_nobody_touched_is_whole() -> None:
    found = a_chain()

    assert faults(found, found[-1][1]) == {}
    assert chain.check_end(BEGINNING, head=BEGINNING) == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "log_9"),
        ("vendor", "ven_2"),
        ("mode", "live"),
        ("actor_kind", "staff"),
        ("actor_id", "cus_2"),
        ("action", "subscription.ended"),
        ("object", "sub_2"),
        ("customer", None),
        ("rule", None),
        ("before", None),
        ("after", {"status": "ended"}),
        ("request_id", ""),
        ("at", AT + timedelta(microseconds=1)),
    ],
)
def test_each_field_that_is_changed_is_seen_at_its_line_alone(field: str, value: Any) -> None:
    found = a_chain()
    line, at = found[2]
    found[2] = (replace(line, **{field: value}), at)

    assert faults(found, found[-1][1]) == {3: (Fault.CHANGED,)}


def test_a_change_with_a_new_hash_is_seen_at_the_line_behind_it() -> None:
    found = a_chain()
    changed = replace(found[2][0], action="subscription.ended")
    found[2] = (changed, chain.calculate(changed, after=found[1][1]))

    assert faults(found, found[-1][1]) == {4: (Fault.BROKEN,)}


def test_a_new_hash_of_the_last_line_is_seen_at_the_end() -> None:
    found = a_chain()
    head = found[-1][1]
    changed = replace(found[-1][0], action="subscription.ended")
    found[-1] = (changed, chain.calculate(changed, after=found[-2][1]))

    assert faults(found, head) == {6: (Fault.BROKEN,)}


@pytest.mark.parametrize(
    ("gone", "wrong"), [(0, {1: (Fault.MISSING,)}), (2, {3: (Fault.MISSING,)}), (4, {5: (Fault.CUT,)})]
)
def test_a_line_that_is_gone_is_missed(gone: int, wrong: dict[int, tuple[Fault, ...]]) -> None:
    found = a_chain()
    head = found[-1][1]
    del found[gone]

    assert faults(found, head) == wrong


def test_lines_that_changed_places_are_both_seen() -> None:
    found = a_chain()
    (first, at_first), (second, at_second) = found[1], found[2]
    found[1], found[2] = (second, at_first), (first, at_second)

    assert faults(found, found[-1][1]) == {2: (Fault.CHANGED,), 3: (Fault.CHANGED,)}


def test_a_line_behind_the_end_is_seen() -> None:
    found = a_chain()
    head = found[-1][1]
    line = a_line(id="log_6")
    found.append((line, chain.calculate(line, after=head)))

    assert faults(found, head) == {7: (Fault.ADDED,)}


values = st.none() | st.dictionaries(st.text(max_size=5), st.text(max_size=5) | st.integers() | st.none(), max_size=3)


@given(said=st.lists(st.tuples(st.text(max_size=8), values), min_size=1, max_size=8), data=st.data())
def test_whatever_is_said_any_change_of_it_is_seen(said: list[tuple[str, Any]], data: st.DataObject) -> None:
    found = sealed([a_line(action=action, after=after) for action, after in said])
    which = data.draw(st.integers(0, len(found) - 1))
    line, at = found[which]
    other = data.draw(st.tuples(st.text(max_size=8), values).filter(lambda each: each != (line.action, line.after)))

    assert faults(found, found[-1][1]) == {}
    found[which] = (replace(line, action=other[0], after=other[1]), at)
    assert which + 1 in faults(found, found[-1][1])
