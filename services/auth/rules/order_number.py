"""DECIDES what order number was typed, and whether it may still be tried. It never tells what was wrong.

An order number is ten Crockford base32 characters; letter case, blanks and dashes do not matter, and the letters that
are easily taken for digits are read as those (O as 0, I and L as 1). Together with the e-mail address of the purchase
it opens a session that only looks on. Wrong tries are counted by order number (5 an hour), by address (10 an hour), by
client (20 an hour, then "too many", which says nothing of either) and by vendor (500 an hour, which raises an alert
and refuses nobody). Past the limit of a number or an address the answer is the one for a wrong pair. Links by e-mail
go on working all the while.

Worked example: `7k3m-9qxt 2d` is read as `7K3M9QXT2D`; the sixth wrong e-mail for it within an hour is refused as the
first was, and so would be the right one.
"""

import re
from dataclasses import dataclass
from typing import Final

from services.auth.rules.sign_in import TooManySignIns

PER_NUMBER: Final = 5
PER_ADDRESS: Final = 10
PER_CLIENT: Final = 20
PER_VENDOR: Final = 500
HOUR_IN_SECONDS: Final = 3600
_BETWEEN: Final = re.compile(r"[\s\u2010-\u2015-]+")
_NUMBER: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{10}", re.ASCII)
_READ_AS: Final = str.maketrans("OIL", "011")


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """How often was tried in vain within the last hour."""

    of_number: int
    of_address: int
    by_client: int
    at_vendor: int


@dataclass(frozen=True)
class Trial:
    """Whether the pair is looked at; `alerts`: the operator should know of so many wrong ones."""

    counts: bool
    alerts: bool


def read(typed: str) -> str | None:
    """The order number that was meant; None for what can be none."""
    number = _BETWEEN.sub("", typed).upper().translate(_READ_AS)
    return number if _NUMBER.fullmatch(number) else None


def decide(wrong: Wrong) -> Trial:
    """Raises TooManySignIns for the client; a number or an address past its limit is answered as a wrong pair is."""
    if wrong.by_client >= PER_CLIENT:
        raise TooManySignIns(retry_after=HOUR_IN_SECONDS)
    is_open = wrong.of_number < PER_NUMBER and wrong.of_address < PER_ADDRESS
    return Trial(counts=is_open, alerts=wrong.at_vendor >= PER_VENDOR)
