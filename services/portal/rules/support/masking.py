"""CALCULATES what a text in a ticket is kept as: card numbers lose all but their last four digits.

People paste card numbers into messages although nobody asks for them, and no table of ours may hold one. Any 13 to 19
digits that pass the Luhn check are masked, also in groups with spaces or dashes between and in full-width digits. Line
breaks are kept as `\\n`, other control characters are dropped; what remains is shown as text and never as markup.

Worked example: "my card 4242 4242-4242 4242 is lost" is kept as "my card •••• 4242 is lost".
"""

import re
import unicodedata
from typing import Final

from shared.errors import FieldError, Invalid

LONGEST: Final = 4_000  # characters
_RUN: Final = re.compile(r"\d(?:[ \u00a0\u2009\u202f.\-\u2010-\u2015]{0,2}\d){12,}")
_GROUP: Final = re.compile(r"\d+")
_LENGTHS: Final = range(13, 20)


def calculate(text: str, *, field: str = "message", longest: int = LONGEST) -> str:
    """The text as it is kept. Raises Invalid when nothing or too much is left."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(each for each in lines if each in "\n\t" or unicodedata.category(each) not in ("Cc", "Cs")).strip()
    if not plain:
        raise Invalid(FieldError.of(field, "required"))
    if len(plain) > longest:
        raise Invalid(FieldError.of(field, "too_long", most=longest))
    return masked(plain)


def masked(text: str) -> str:
    """The text without card numbers."""
    return _RUN.sub(lambda run: _masked(run[0]), text)


def _masked(run: str) -> str:
    """A run of groups of digits: its first groups that make a card number are masked, the rest is looked at again."""
    groups = list(_GROUP.finditer(run))
    for first, start in enumerate(groups):
        digits: list[int] = []
        for end in groups[first:]:
            digits += [unicodedata.decimal(each) for each in end[0]]
            if len(digits) in _LENGTHS and _is_luhn(digits):
                four = "".join(str(each) for each in digits[-4:])
                return f"{run[: start.start()]}•••• {four}{masked(run[end.end() :])}"
    return run


def _is_luhn(digits: list[int]) -> bool:
    doubled = (sum(divmod(2 * each, 10)) for each in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
