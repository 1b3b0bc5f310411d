"""Links in mails that work without a sign-in, and the slips by which one sibling asks another for a document.

Each is sealed under LINK_KEY: only siblings can make or read one, it says what it is for and is good for nothing
else, and nobody keeps it. Whoever reads one still looks whether what it names is there and in a state for it.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from shared import sealing
from shared.errors import Forbidden

LONGEST: Final = 1000
"""Characters of one that is looked at; ours have about 300."""


class Purpose(StrEnum):
    """What a link is for."""

    CONFIRM = "confirm"
    UNSUBSCRIBE = "unsubscribe"
    DOCUMENT = "document"


GOOD_FOR: Final = {
    Purpose.CONFIRM: timedelta(days=7),  # people are on leave
    Purpose.UNSUBSCRIBE: None,  # for ever: an old mail must not keep anybody
    Purpose.DOCUMENT: timedelta(minutes=2),
}


class LinkBroken(Forbidden):
    """Altered, too old, for something else, or made under another key."""

    code = "link_broken"


def make(key: str, purpose: Purpose, **claims: str) -> str:
    """A text that fits into an address. `claims` are who or what it is about."""
    return sealing.seal(key, {"purpose": purpose.value, **claims}).rstrip("=")


def read(key: str, purpose: Purpose, text: str) -> dict[str, Any]:
    """The claims of a link for this purpose. Raises LinkBroken."""
    if not text.isascii() or len(text) > LONGEST:
        raise LinkBroken
    whole = text + "=" * (-len(text) % 4)
    good_for = GOOD_FOR[purpose]
    try:
        if good_for is None:
            claims = sealing.reopen(key, whole)
        else:
            claims = sealing.unseal(key, whole, max_age=int(good_for.total_seconds()))
    except sealing.SealBroken:
        raise LinkBroken from None
    if claims.get("purpose") != purpose:
        raise LinkBroken
    return claims
