"""DECIDES whether a session is still good, and whether seeing it is worth writing down.

A session ends 30 minutes after it was last used and 12 hours after it began, whatever comes first; proving
oneself again extends neither. It is good for the portal it was made for, and for no other.
Worked example: begun at 09:00 and used every five minutes, it is refused at 21:00.
"""

from datetime import datetime, timedelta
from typing import Final

from shared.errors import Unauthenticated

IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=12)
SEEN_EVERY: Final = timedelta(minutes=1)


class SessionEnded(Unauthenticated):
    """Signed out, revoked, unused for too long, or too old."""

    code = "session_ended"


def decide(
    *,
    made_for: str,
    used_at: str,
    created_at: datetime,
    last_seen_at: datetime,
    revoked_at: datetime | None,
    now: datetime,
) -> None:
    """Raises SessionEnded unless the session, made for one portal and used at another or the same, is good."""
    over = now >= created_at + ABSOLUTE or now >= last_seen_at + IDLE
    if over or revoked_at is not None or made_for != used_at:
        raise SessionEnded


def is_worth_noting(*, last_noted_at: datetime | None, now: datetime) -> bool:
    """Whether a use is written down: at most once a minute, so that reading pages writes next to nothing."""
    return last_noted_at is None or now >= last_noted_at + SEEN_EVERY
