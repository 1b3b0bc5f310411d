"""Texts of a vendor's own in place of ours, of a portal or of one visit: text only, for keys that there are.

A text must have the same places as the one it replaces: one that lacks a place would hide a date or an amount, one
with a place of its own would show it unfilled. `cancel.title` is short for `portal.cancel.title`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from shared.i18n import DEFAULT, PLACE, base, catalog

REPLACEABLE: Final = ("portal.", "ui.", "embed.", "auth.", "step_up.")
LONGEST: Final = 2_000  # characters


class Why(StrEnum):
    """Why a text is not shown: the standard one is, in its place."""

    UNKNOWN_KEY = "unknown_key"
    TOO_LONG = "too_long"
    EMPTY = "empty"
    OTHER_PLACES = "other_places"


@dataclass(frozen=True, kw_only=True)
class Own:
    """`texts` by full key; `ignored` are the keys, as they were given, that there are not or that do not fit."""

    texts: dict[str, str]
    ignored: tuple[str, ...]


def full(name: str) -> str:
    """The whole key of one that may be short for it."""
    return name if name.startswith(REPLACEABLE) else f"portal.{name}"


def accepted(given: Mapping[str, str], language: str) -> Own:
    """What of `given` pages in `language` may show."""
    verdicts = {name: judge(full(name), text, language) for name, text in given.items()}
    return Own(
        texts={full(name): text for name, text in given.items() if verdicts[name] is None},
        ignored=tuple(name for name, why in verdicts.items() if why is not None),
    )


@lru_cache(maxsize=4096)
def judge(key: str, text: str, language: str) -> Why | None:
    """Whether pages in `language` may show `text` for this key: None, or why not."""
    standard = catalog(base(language)).get(key) or catalog(DEFAULT).get(key)
    if standard is None or not key.startswith(REPLACEABLE):
        return Why.UNKNOWN_KEY
    if len(text) > LONGEST:
        return Why.TOO_LONG
    if not text.strip():
        return Why.EMPTY
    return None if set(PLACE.findall(text)) == places(standard) else Why.OTHER_PLACES


def places(standard: str | dict[str, str]) -> set[str]:
    """The places that a text in place of this one has to have."""
    forms = (standard,) if isinstance(standard, str) else tuple(standard.values())
    return set.union(*(set(PLACE.findall(form)) for form in forms))
