"""DECIDES whether a sign-in link or its code is still good.

Both belong to one request, live ten minutes and die together at the first use of either, when a sign-in makes
the address's other requests void, or after five wrong codes. Nobody learns which of these it was.
Worked example: asked at 12:00:00, the link works at 12:09:59 and is refused at 12:10:00.
"""

from datetime import datetime, timedelta
from typing import Final

from shared.errors import Invalid

LIFETIME: Final = timedelta(minutes=10)
TRIES: Final = 5


class LinkInvalid(Invalid):
    """Used, expired, unknown, malformed, burnt, of another vendor or mode: all the same to the reader."""

    code = "sign_in_link_invalid"


def decide(
    *, expires_at: datetime, used_at: datetime | None, voided_at: datetime | None, wrong_codes: int, now: datetime
) -> None:
    """Raises LinkInvalid unless the request's link may still be used."""
    if now >= expires_at or used_at is not None or voided_at is not None or wrong_codes >= TRIES:
        raise LinkInvalid
