"""DECIDES whether a sign-in link or its code is still good.

Both belong to one request, live ten minutes, or fewer where the portal says so, and die together at the first use of
either, when a sign-in makes the address's other requests void, or after five wrong codes. Nobody learns which of these
it was.
An address has three that can be used at a time: a fourth that is mailed makes the oldest void. One that nobody was
mailed counts for nothing here, so asking in somebody's name faster than mails go out takes no link from them.
Where a portal says so (`cross_device: code`), the link works in the browser that asked for it and in no other: there
the code must be typed in the window that asked. A link that the operator made was asked for in no browser, and works
in any.
Worked example: asked at 12:00:00, the link works at 12:09:59 and is refused at 12:10:00.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from shared.errors import Invalid

LIFETIME: Final = timedelta(minutes=10)
TRIES: Final = 5
OPEN_AT_ONCE: Final = 3


class CrossDevice(StrEnum):
    """What a link does in another browser than the one that asked."""

    CONFIRM = "confirm"  # it signs that browser in, after an explicit click
    CODE = "code"  # nothing; a mail scanner that clicks is not signed in, nor is the link used up


class LinkInvalid(Invalid):
    """Used, expired, unknown, malformed, burnt, of another vendor or mode: all the same to the reader."""

    code = "sign_in_link_invalid"


def lifetime(minutes: int) -> timedelta:
    """How long a link lives where the portal says so many minutes: never longer than everywhere."""
    return min(LIFETIME, timedelta(minutes=max(1, minutes)))


def decide(
    *, expires_at: datetime, used_at: datetime | None, voided_at: datetime | None, wrong_codes: int, now: datetime
) -> None:
    """Raises LinkInvalid unless the request's link may still be used."""
    if now >= expires_at or used_at is not None or voided_at is not None or wrong_codes >= TRIES:
        raise LinkInvalid


def works_in_browser(cross_device: CrossDevice, *, is_own: bool, is_operators: bool) -> bool:
    """Whether the link may be used in this browser, which is its `own` if it asked for it."""
    return is_own or is_operators or cross_device is CrossDevice.CONFIRM
