"""DECIDES what a saved reply may be, and CALCULATES what it says in a ticket.

It has a name, by which staff choose it, and a text with places that each ticket fills: `{customer}` is who wrote,
`{vendor}` the vendor, `{subscription}` the plan that it is about. Other places are refused, so that nobody is ever
sent one. A place for which a ticket has nothing (a question about no subscription) stays as it is and is named, for
staff to write over. What is filled in is text: a customer called `{vendor}` stays called so.

Worked example: "Hello {customer}, your {subscription} goes on." becomes "Hello Mira, your Team plan goes on."
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.errors import FieldError, Invalid

PLACES: Final = ("customer", "vendor", "subscription")
LONGEST_NAME: Final = 80  # characters
LONGEST_TEXT: Final = 4_000
"""As long as a message of a ticket."""
MOST: Final = 200
"""Of one vendor in one mode: they are chosen from a list."""

OFFERED: Final = ", ".join(f"{{{each}}}" for each in PLACES)
_PLACE: Final = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What it says in a ticket. `left` are the places for which there is nothing, in the order of the text."""

    text: str
    left: tuple[str, ...]


def check(text: str) -> None:
    """Return when each of its places is one that can be filled. Raises Invalid."""
    unknown = dict.fromkeys(each for each in _PLACE.findall(text) if each not in PLACES)
    if unknown:
        raise Invalid(
            *(FieldError.of("text", "reply_place_unknown", place=f"{{{each}}}", offered=OFFERED) for each in unknown)
        )


def check_number(there_are: int) -> None:
    """Return when one more may be made. Raises Invalid."""
    if there_are >= MOST:
        raise Invalid(FieldError.of("name", "too_many", most=MOST))


def calculate(text: str, values: Mapping[str, str | None]) -> Filled:
    """The text with the values in their places."""
    left: dict[str, None] = {}

    def fill(place: re.Match[str]) -> str:
        value = values.get(place[1])
        if not value:
            left[place[0]] = None
            return place[0]
        return value

    return Filled(text=_PLACE.sub(fill, text), left=tuple(left))
