"""Every text of pages, mails and documents, by dotted key and language. Numbers, money and dates from CLDR.

A language is a folder of `catalogs/`, whole or not shipped; English is the source. A text has plain `{name}` places:
only known ones are filled, and never by `str.format`, which would follow attributes of what it is given.
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

from babel import Locale, negotiate_locale

from shared.i18n.formats import (
    format_ahead,
    format_date,
    format_moment,
    format_money,
    format_number,
    format_percent,
    format_span,
    locale_of,
)
from shared.i18n.names import NAMES

__all__ = [
    "DEFAULT",
    "LANGUAGES",
    "OTHER_NAMES",
    "MissingText",
    "by_name",
    "catalog",
    "direction",
    "fill",
    "format_ahead",
    "format_date",
    "format_moment",
    "format_money",
    "format_number",
    "format_percent",
    "format_span",
    "locale_of",
    "name_of",
    "negotiate",
    "plain",
    "text",
]

DEFAULT: Final = "en"
_CATALOGS: Final = files("shared.i18n") / "catalogs"
LANGUAGES: Final[tuple[str, ...]] = tuple(
    sorted(folder.name for folder in _CATALOGS.iterdir() if folder.is_dir() and not folder.name.startswith("_"))
)
PLACE: Final = re.compile(r"\{([a-z_]+)\}")

Text = str | dict[str, str]


class MissingText(KeyError):
    """No catalog has this key: a mistake in our code, found by `bursar i18n check`."""


@cache
def catalog(language: str) -> Mapping[str, Text]:
    """All texts of a language, key to text or to its plural forms. Raises ValueError for a key in two files."""
    texts: dict[str, Text] = {}
    for part in sorted((_CATALOGS / language).iterdir(), key=lambda each: each.name):
        for key, value in json.loads(part.read_text(encoding="utf-8")).items():
            if key in texts:
                raise ValueError(f"{language}/{part.name}: {key} stands in two files")
            texts[key] = value
    return texts


def text(key: str, language: str, **params: object) -> str:
    """The text, its places filled. `count` chooses the plural form: one for just that number (`=1`) before the one of
    the language's rules. Raises MissingText.
    """
    known = language if language in LANGUAGES else base(language)
    found = catalog(known).get(key) or catalog(DEFAULT).get(key)
    if found is None:
        raise MissingText(key)
    if isinstance(found, dict):
        count = params.get("count", 0)
        form = locale_of(known).plural_form(count if isinstance(count, int) else 0)
        found = found.get(f"={count}") or found.get(form) or found["other"]
    return fill(found, params)


def fill(text: str, params: Mapping[str, object]) -> str:
    """The text with its known places filled, never by `str.format`, which would follow attributes."""
    return PLACE.sub(lambda place: str(params.get(place[1], place[0])), text)


def base(language: str) -> str:
    """The shipped language nearest to a tag: `de-AT` is read in `de`, one we do not have in English."""
    return negotiate(language, LANGUAGES, DEFAULT)


def negotiate(accept_language: str, offered: Sequence[str], default: str) -> str:
    """The best of `offered` for an Accept-Language header: `pt` finds `pt-BR`, `de-AT` finds `de`; else `default`."""
    wanted = [tag for tag, _quality in sorted(_wanted(accept_language), key=lambda each: -each[1])]
    for tag in wanted:
        exact = negotiate_locale([tag], offered, sep="-")
        if exact is not None:
            return exact
        relative = next((each for each in offered if each.split("-")[0] == tag.split("-")[0]), None)
        if relative is not None:
            return relative
    return default


OTHER_NAMES: Final[Mapping[str, str]] = {"no": "nb", "nn": "nb", "iw": "he"}
"""Language tags of browsers for languages that go by another name here, or by that of their nearest relative."""


def _wanted(accept_language: str) -> list[tuple[str, float]]:
    found = []
    for part in accept_language[:500].split(","):
        tag, _, quality = part.strip().partition(";q=")
        if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag):
            weight = float(quality) if re.fullmatch(r"[01](\.\d{0,3})?", quality) else 1.0
            language, *rest = tag.split("-")  # tags are read without regard to case (RFC 9110)
            found.append((OTHER_NAMES.get(language.lower()) or "-".join((language.lower(), *rest)), weight))
    return [(tag, weight) for tag, weight in found if weight > 0]


def direction(language: str) -> str:
    """`rtl` for languages written from right to left, else `ltr`."""
    found: Any = locale_of(language).text_direction
    return str(found)


def name_of(language: str) -> str:
    """A language in its own words: `Deutsch`, `Português (Brasil)`."""
    if language in NAMES:
        return NAMES[language]
    name = Locale.parse(language.replace("-", "_")).display_name or language
    return name[0].upper() + name[1:]


def by_name() -> tuple[str, ...]:
    """The languages as a menu lists them: by their own names, accents aside."""
    return tuple(sorted(LANGUAGES, key=lambda each: (plain(name_of(each)), each)))


def plain(word: str) -> str:
    """A word as an alphabetical list takes it: `Čeština` stands at c."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))
