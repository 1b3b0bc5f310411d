"""CHECKS: what every part of a configuration is checked for; each adds what is wrong to the list of problems."""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from shared.errors import FieldError

MOST_OWN_WORDS: Final = 20
OWN_WORD_LENGTH: Final = 40  # what a refund and a subscription keep of a reason


@dataclass(frozen=True, kw_only=True)
class Known:
    """The vendor's things that a configuration may name, by id."""

    helpdesks: Collection[str] = ()
    coupons: Collection[str] = ()
    plans: Collection[str] = ()
    campaigns: Collection[str] = ()
    products: Collection[str] = ()


def text(field: str, value: str | None, longest: int, problems: list[FieldError]) -> None:
    """Fits the page and holds no control characters but line breaks."""
    if value is None:
        return
    if len(value) > longest:
        problems.append(FieldError.of(field, "too_long", most=longest))
    if any(unicodedata.category(character) in ("Cc", "Cs") and character != "\n" for character in value):
        problems.append(FieldError.of(field, "control_character"))


def choice(field: str, value: object, choices: Collection[str], problems: list[FieldError]) -> None:
    """Is one of a few words."""
    if value not in choices:
        problems.append(FieldError.of(field, "not_a_choice"))


def choices(field: str, values: Sequence[str], among: Collection[str], problems: list[FieldError]) -> None:
    """Are some of a few words, each once."""
    if not set(values) <= set(among):
        problems.append(FieldError.of(field, "not_a_choice"))
    unique(field, values, problems)


def unique(field: str, values: Sequence[object], problems: list[FieldError]) -> None:
    """Occur once each."""
    if len(set(values)) != len(values):
        problems.append(FieldError.of(field, "not_unique"))


def known(field: str, value: str | None, among: Collection[str], problems: list[FieldError]) -> None:
    """Names something that exists."""
    if value is not None and value not in among:
        problems.append(FieldError.of(field, "unknown_reference"))


def own_words(field: str, values: Sequence[str], problems: list[FieldError]) -> None:
    """The vendor's own reasons: not empty, short, each once, and few enough to choose from."""
    unique(field, values, problems)
    if len(values) > MOST_OWN_WORDS:
        problems.append(FieldError.of(field, "too_many_items", most=MOST_OWN_WORDS))
    for number, value in enumerate(values):
        if not value.strip():
            problems.append(FieldError.of(f"{field}.{number}", "required"))
        text(f"{field}.{number}", value, OWN_WORD_LENGTH, problems)
