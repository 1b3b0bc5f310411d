"""CALCULATES what a subscriber gains and loses by moving from one plan to another: the difference of what they include.

A plan's features are the vendor's own words, in the vendor's order. The same words on both plans are one feature,
whatever their capitals and spaces; so a vendor who wants "10 GB" to become "50 GB" names both, and both are shown.

Worked example: from ["Two desks", "Wi-Fi"] to ["wi-fi", "A locker"]: gained ["A locker"], lost ["Two desks"].
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

MOST_FEATURES: Final = 20
FEATURE_LENGTH: Final = 120


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What comes and what goes, each in the order its plan names it."""

    gained: tuple[str, ...]
    lost: tuple[str, ...]


def calculate(current: Sequence[str], target: Sequence[str]) -> Difference:
    """From the features of one plan to those of another."""
    return Difference(gained=_without(target, current), lost=_without(current, target))


def tidy(features: Iterable[str]) -> list[str]:
    """As they are kept: without spaces around them, each once."""
    kept: dict[str, str] = {}
    for each in features:
        kept.setdefault(_alike(each), " ".join(each.split()))
    return list(kept.values())


def _without(features: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    known = {_alike(each) for each in others}
    return tuple(each for each in features if _alike(each) not in known)


def _alike(feature: str) -> str:
    return " ".join(feature.split()).casefold()
