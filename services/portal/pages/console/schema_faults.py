"""What a schema finds wrong with a field, in the vendor's language: the library says it in English alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_NUMBER: Final = r"-?\d+"
_KEYS: Final[tuple[tuple[str, str], ...]] = (
    (r"Not a valid (utf-8 )?string\.", "console.fault.text"),
    (r"Not a valid integer\.", "console.fault.number"),
    (r"Not a valid boolean\.", "console.fault.switch"),
    (r"Not a valid list\.", "console.fault.list"),
    (r"Not a valid mapping type\.|Invalid( input)? type\.", "console.fault.fields"),
    (r"Must be one of: (?P<offered>.+)\.", "console.fault.one_of"),
    (rf"Give (?P<least>{_NUMBER}) to (?P<most>{_NUMBER}) characters\.", "console.fault.length"),
    (rf"Length must be between (?P<least>{_NUMBER}) and (?P<most>{_NUMBER})\.", "console.fault.length"),
    (rf"Longer than maximum length (?P<most>{_NUMBER})\.", "console.fault.longest"),
    (
        rf"Must be greater than or equal to (?P<least>{_NUMBER}) and less than or equal to (?P<most>{_NUMBER})\.",
        "errors.field.out_of_range",
    ),
    (r"No control characters are allowed\.", "errors.field.control_character"),
)
_SENTENCES: Final = tuple((re.compile(pattern), key) for pattern, key in _KEYS)


@dataclass(frozen=True, kw_only=True)
class Said:
    """The catalog's sentence, and what is put into it."""

    key: str
    params: Mapping[str, str]


def read(message: str) -> Said | None:
    """The sentence for what marshmallow, or a validator of ours, says; None for one that is not known here."""
    for pattern, key in _SENTENCES:
        if found := pattern.fullmatch(message):
            return Said(key=key, params=found.groupdict())
    return None
