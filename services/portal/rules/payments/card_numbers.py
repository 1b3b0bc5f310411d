"""DECIDES is there a card number in what somebody sent.

Card numbers are entered at the processor alone. Any other text that holds 13 to 19 digits which pass the Luhn check,
also with spaces, dots or dashes between them or in full-width digits, is refused whole, and nothing of it is kept. What
is part of a word (ids, license keys) or behind a plus sign (telephone numbers) is none.

Worked example: the note "card 4242-4242 4242 4242" is refused; "order 4242424242424241" fails the check and is fine.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from shared.errors import PanDetected

SHORTEST: Final = 13
LONGEST: Final = 19
_RUN: Final = re.compile(r"(?<!\w)\+?\d(?:[ \u00a0\u2009\u202f.\-\u2010-\u2015]{0,2}\d){12,}(?!\w)")
_GROUP: Final = re.compile(r"\d+")


def decide(text: str) -> None:
    """Return when there is none. Raises PanDetected."""
    for run in _RUN.finditer(text):
        if not run[0].startswith("+") and _holds_number(_GROUP.findall(run[0])):
            raise PanDetected


def decide_all(texts: Iterable[str], *, but: str | None = None) -> None:
    """Return when none of them holds one; `but` is a text known to be something else. Raises PanDetected."""
    for text in texts:
        if text != but:
            decide(text)


def _holds_number(groups: Sequence[str]) -> bool:
    """Do some groups of digits, one after the other, make a card number?"""
    for first in range(len(groups)):
        digits: list[int] = []
        for group in groups[first:]:
            digits += [unicodedata.decimal(character) for character in group]
            if SHORTEST <= len(digits) <= LONGEST and _is_luhn(digits):
                return True
    return False


def _is_luhn(digits: Sequence[int]) -> bool:
    doubled = (sum(divmod(2 * each, 10)) for each in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
