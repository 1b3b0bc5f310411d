"""What a ticked grid makes of a plan group's table of exceptions."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.rules.policy import Decision
from services.portal.rules.products import matrix

PLANS = ("solo", "team", "house")
PAIRS = [(origin, target) for origin in PLANS for target in PLANS if origin != target]
SOME = st.sets(st.sampled_from(PAIRS))
ENTRIES = st.fixed_dictionaries(
    {
        "from": st.sampled_from([None, *PLANS]),
        "to": st.sampled_from([None, *PLANS]),
        "decision": st.sampled_from([None, "allowed", "needs_approval", "denied"]),
        "timing": st.sampled_from([None, "now", "at_period_end"]),
    }
)


def entry(origin: str | None, target: str | None, decision: str | None = None, **more: Any) -> dict[str, Any]:
    return {"from": origin, "to": target, "decision": decision, "timing": None, "minimum": None, "maximum": None} | more


def test_unticking_denies_that_pair_alone() -> None:
    table = matrix.calculate([], shown=PAIRS, ticked=[each for each in PAIRS if each != ("team", "solo")])
    assert table == [entry("team", "solo", "denied")]
    assert matrix.calculate(table, shown=PAIRS, ticked=PAIRS) == []


def test_ticking_against_a_general_denial_allows_and_unticking_denies_again() -> None:
    general = entry(None, "solo", "denied")
    ticked = matrix.calculate([general], shown=[("team", "solo")], ticked=[("team", "solo")])
    assert ticked == [general, entry("team", "solo", "allowed")]
    again = matrix.calculate(ticked, shown=[("team", "solo")], ticked=[])
    assert matrix.decision(again, ("team", "solo")) is Decision.DENIED
    assert matrix.decision(again, ("house", "solo")) is Decision.DENIED


@pytest.mark.parametrize("decision", ["needs_approval", "allowed", None])
def test_what_stays_ticked_keeps_approval_time_and_bounds(decision: str | None) -> None:
    table = [entry("solo", "team", decision, timing="now", maximum=5)]
    assert matrix.calculate(table, shown=PAIRS, ticked=PAIRS) == table


def test_time_and_bounds_outlive_a_denial() -> None:
    table = [entry("solo", "team", "needs_approval", timing="now", maximum=5)]
    denied = matrix.calculate(table, shown=PAIRS, ticked=[each for each in PAIRS if each != ("solo", "team")])
    assert denied == [entry("solo", "team", "denied", timing="now", maximum=5)]
    assert matrix.calculate(denied, shown=PAIRS, ticked=PAIRS) == [entry("solo", "team", timing="now", maximum=5)]


@given(table=st.lists(ENTRIES, max_size=8), ticked=SOME, shown=SOME)
def test_the_table_says_afterwards_what_was_ticked_and_of_the_rest_what_it_said(
    table: list[dict[str, Any]], ticked: set[tuple[str, str]], shown: set[tuple[str, str]]
) -> None:
    after = matrix.calculate(table, shown=sorted(shown), ticked=ticked)
    for pair in PAIRS:
        may = matrix.decision(after, pair) is not Decision.DENIED
        assert may == (pair in ticked if pair in shown else matrix.decision(table, pair) is not Decision.DENIED)
    assert matrix.calculate(after, shown=sorted(shown), ticked=ticked) == after


def test_a_plan_at_a_new_price_is_named_wherever_the_old_one_is() -> None:
    table = [entry("solo", "team", "denied"), entry(None, "house", "allowed"), entry("team", None, timing="now")]
    assert matrix.replace(table, old="team", new="team2") == [
        table[0],
        entry("solo", "team2", "denied"),
        table[1],
        table[2],
        entry("team2", None, timing="now"),
    ]
