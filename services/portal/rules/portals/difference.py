"""COMPARES two states of a portal, field by field, for whoever is about to publish one or to go back to it.

Fields are named as a refusal names them (`appearance.brand_color`); a list is one value, so that its items are not
told apart by where they happen to stand.

Worked example: `{"links": {"terms": None, "privacy": "p"}}` beside `{"links": {"terms": "t", "privacy": "p"}}` differ
in `links.terms`, from None to "t", and in nothing else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Difference:
    """A field, what it says before and after; None also where it is not there."""

    field: str
    before: Any
    after: Any


def calculate(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Every field that differs, in the order of `after`."""
    return tuple(_differences(before, after, at=""))


def _differences(before: Mapping[str, Any], after: Mapping[str, Any], *, at: str) -> Iterator[Difference]:
    for name in (*after, *(name for name in before if name not in after)):
        old, new, field = before.get(name), after.get(name), f"{at}{name}"
        if old == new:
            continue
        if isinstance(old, Mapping) or isinstance(new, Mapping):
            yield from _differences(_mapping(old), _mapping(new), at=f"{field}.")
        else:
            yield Difference(field, old, new)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
