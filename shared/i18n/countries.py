"""Names of countries as people of a language write them, from CLDR."""

from functools import lru_cache
from typing import Final

from shared.i18n import locale_of, plain

_NO_COUNTRIES: Final = frozenset("AC AN CP CQ CS DD DG EA EU EZ FX IC NT QO QU SU TA TP UN XA XB YD YU ZZ".split())
"""What CLDR names beside them: unions, small islands that belong to another code, countries of the past."""


def country_name(code: str, language: str) -> str:
    """`Germany`, `Deutschland`; the code itself for one that CLDR does not name."""
    return str(_names(language).get(code, code))


@lru_cache(maxsize=64)
def every_country(language: str) -> tuple[tuple[str, str], ...]:
    """Code and name of all that CLDR names, sorted by name."""
    return country_names(frozenset(code for code in _names("en") if _is_country(code)), language)


@lru_cache(maxsize=64)
def country_names(codes: frozenset[str], language: str) -> tuple[tuple[str, str], ...]:
    """Code and name of each, sorted by name as a reader of the language looks for it: accents do not matter."""
    named = [(code, country_name(code, language)) for code in codes]
    return tuple(sorted(named, key=lambda each: (plain(each[1]), each[1])))


def _is_country(code: str) -> bool:
    return len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES


@lru_cache(maxsize=64)
def _names(language: str) -> dict[str, str]:
    return dict(locale_of(language).territories)
