"""DECIDES whether a one-time way in may be used now.

A portal session's address and its client secret are one way in: whichever is used first uses up both, and neither
works five minutes after it was made. One client tries 20 wrong ones an hour, then it is told "too many".
Worked example: made at 12:00:00 and never opened, it works at 12:04:59 and is refused at 12:05:00.
"""

from datetime import datetime, timedelta
from typing import Final

from services.auth.rules.sign_in import HOUR, TooManySignIns
from shared.errors import Conflict, Invalid

LIFETIME: Final = timedelta(minutes=5)
WRONG_PER_CLIENT: Final = 20


class EntryInvalid(Invalid):
    """Used, expired, unknown, of another portal, or of a way in that the portal does not list: nobody learns which."""

    code = "sign_in_link_invalid"


class PortalSessionsOff(Conflict):
    """The portal does not list portal sessions among its ways in."""

    code = "portal_sessions_off"


def decide(*, expires_at: datetime, used_at: datetime | None, is_open: bool, now: datetime) -> None:
    """Raises EntryInvalid. `is_open`: the portal lets people in this way."""
    if now >= expires_at or used_at is not None or not is_open:
        raise EntryInvalid


def check_wrong(*, wrong_last_hour: int) -> None:
    """Raises TooManySignIns for a client that tried too many wrong ones."""
    if wrong_last_hour >= WRONG_PER_CLIENT:
        raise TooManySignIns(retry_after=int(HOUR.total_seconds()))
