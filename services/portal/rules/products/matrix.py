"""CALCULATES a plan group's table of exceptions from a grid that somebody ticked: which plan may follow which.

A pair that stays as it was leaves the table alone, with all that its entries say of approval, time and bounds. A pair
that was unticked gets an entry of its own that denies it. A pair that was ticked loses its own denial; where a more
general entry would still deny it, it gets one that allows it. Pairs that nobody was shown stay as they are.

A plan at a new price takes the place of the old one: what the table says of the old one holds for the new one too.

Worked example: the table denies every switch to Solo. Ticking Team → Solo adds "from Team to Solo: allowed"; unticking
it again takes that entry away, and the general one denies as before.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from services.portal.rules.policy import Decision
from services.portal.rules.products.switching import most_exact

Pair: TypeAlias = tuple[str, str]
"""From which plan to which."""


def decision(table: Iterable[Mapping[str, Any]], pair: Pair) -> Decision | None:
    """What the table says of a pair; None leaves it to the portal, which may allow upgrades alone."""
    entry = most_exact(table, *pair)
    said = entry.get("decision") if entry else None
    return Decision(said) if said else None


def calculate(
    table: Sequence[Mapping[str, Any]], *, shown: Iterable[Pair], ticked: Collection[Pair]
) -> list[dict[str, Any]]:
    """The table after somebody saw the pairs `shown` and left `ticked` ticked."""
    rows = [dict(each) for each in table]
    for pair in shown:
        was_ticked = decision(rows, pair) is not Decision.DENIED
        if was_ticked and pair not in ticked:
            rows = _said(rows, pair, Decision.DENIED)
        elif not was_ticked and pair in ticked:
            rows = _said(rows, pair, None)
            if decision(rows, pair) is Decision.DENIED:
                rows = _said(rows, pair, Decision.ALLOWED)
    return rows


def replace(table: Iterable[Mapping[str, Any]], *, old: str, new: str) -> list[dict[str, Any]]:
    """The table with everything that it says of the plan `old` said of `new` as well."""
    rows: list[dict[str, Any]] = []
    for each in table:
        rows.append(dict(each))
        if old in (each.get("from"), each.get("to")):
            rows.append({**each, **{end: new for end in ("from", "to") if each.get(end) == old}})
    return rows


def _said(rows: Sequence[dict[str, Any]], pair: Pair, said: Decision | None) -> list[dict[str, Any]]:
    """The rows with the pair's own entry saying that; an entry that says nothing is none."""
    own = {"from": pair[0], "to": pair[1], "decision": None, "timing": None, "minimum": None, "maximum": None}
    others = []
    for each in rows:
        if (each.get("from"), each.get("to")) == pair:
            own = {**own, **each}
        else:
            others.append(each)
    own["decision"] = said.value if said else None
    says = any(own.get(name) is not None for name in ("decision", "timing", "minimum", "maximum"))
    return [*others, own] if says else others
