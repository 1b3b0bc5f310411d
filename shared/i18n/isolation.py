"""Names in the middle of a sentence that runs the other way: held together, so that nothing around them moves.

`Team (EU)` in an Arabic sentence would lose its bracket to the other side, and a number after `ميرا` in an English one
would be read as part of the name. Unicode's isolates keep both in place, in attributes, mails and plain text as well,
where `<bdi>` cannot go.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from shared.i18n import direction

_FIRST_STRONG, _POP = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_ONE_WORD: Final = re.compile(r"[!-~]*")
"""Addresses, codes and the like: they stay together by themselves, and are copied without signs nobody sees."""

_FROM_THE_RIGHT: Final = ("R", "AL")


def isolate(value: object, language: str) -> object:
    """What is put into a sentence of this language: as it is, or held together where it runs the other way."""
    if not isinstance(value, str) or _is_quiet(value, is_rtl=_is_rtl(language)):
        return value
    return _FIRST_STRONG + value + _POP  # of markup this is markup again


def _is_quiet(value: str, *, is_rtl: bool) -> bool:
    if _ONE_WORD.fullmatch(value) or (value.isascii() and not is_rtl):
        return True
    kinds = {unicodedata.bidirectional(character) for character in value}
    return "L" not in kinds if is_rtl else kinds.isdisjoint(_FROM_THE_RIGHT)


@lru_cache(maxsize=64)
def _is_rtl(language: str) -> bool:
    return direction(language) == "rtl"
