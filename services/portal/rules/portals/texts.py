"""DECIDES which texts of its own a portal may show in place of ours, language by language.

Only for languages that are shipped; other than that nothing is refused for a single text: one for a key that there is
not, that lacks a place such as `{date}` or has one too many, that is empty or longer than 2,000 characters is not kept,
and the standard text stays; the answer says which and why. All texts of a portal together hold at most 100,000
characters. `cancel.title` is short for `portal.cancel.title`; null takes a text, or a language's texts, away.

Worked example: `{"de": {"cancel.titel": "Weg damit"}}` is kept as nothing and reported as `unknown_key`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared.errors import FieldError, Invalid
from shared.i18n import LANGUAGES
from shared.i18n.overrides import Why, full, judge

MOST: Final = 100_000  # characters of one portal, keys included


@dataclass(frozen=True, kw_only=True)
class Ignored:
    """A text that is not kept; `key` as it was given."""

    language: str
    key: str
    why: Why


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """`texts` by language and full key, as a portal has them from now on."""

    texts: dict[str, dict[str, str]]
    ignored: tuple[Ignored, ...]


def decide(given: Mapping[str, Any], *, before: Mapping[str, Mapping[str, str]]) -> Chosen:
    """`before` with what is given. Raises Invalid for a language that we have not, and for too much."""
    unknown = [each for each in given if each not in LANGUAGES]
    if unknown:
        raise Invalid(*(FieldError.of(f"texts.{each[:20]}", "unknown_language") for each in unknown))
    ignored: list[Ignored] = []
    texts = {language: dict(said) for language, said in before.items()}
    for language, said in given.items():
        texts[language] = {} if said is None else _change(texts.get(language, {}), said, language, ignored)
    kept = {language: said for language, said in texts.items() if said}
    if sum(len(key) + len(text) for said in kept.values() for key, text in said.items()) > MOST:
        raise Invalid(FieldError.of("texts", "too_long", most=MOST))
    return Chosen(texts=kept, ignored=tuple(ignored))


def _change(
    before: dict[str, str], given: Mapping[str, str | None], language: str, ignored: list[Ignored]
) -> dict[str, str]:
    after = dict(before)
    for name, text in given.items():
        key = full(name)
        why = None if text is None else judge(key, text, language)
        if text is None:
            after.pop(key, None)
        elif why is None:
            after[key] = text
        else:
            ignored.append(Ignored(language=language, key=name, why=why))
    return after
