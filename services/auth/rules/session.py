"""DECIDES whether a session is still good, and whether seeing it is worth writing down.

A session ends 30 minutes after it was last used and 12 hours after it began, whatever comes first; proving
oneself again extends neither. A vendor may set both shorter for a portal, never longer; sessions that are there when
it does end by the shorter ones at once, and a vendor that takes it back brings none to life again. Staff who look on as
a customer have 30 minutes in all. It is good for the portal it was made for, and for no other; one that a frame holds
is good from a frame alone, one in a cookie from a cookie alone.
Worked example: begun at 09:00 and used every five minutes, it is refused at 21:00; where the portal says five minutes
idle, one that was used at 09:00 is refused at 09:05.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from services.auth.rules.ways_in import Assurance, WayIn
from shared.errors import Forbidden, Unauthenticated

IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=12)
LOOKING_ON: Final = timedelta(minutes=30)
FRESH_FOR: Final = timedelta(minutes=30)
SEEN_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How long a session lasts: unused, and in all."""

    idle: timedelta = IDLE
    absolute: timedelta = ABSOLUTE


USUAL: Final = Terms()


class SessionEnded(Unauthenticated):
    """Signed out, revoked, unused for too long, or too old."""

    code = "session_ended"


class LookingOn(Forbidden):
    """Staff who look on as a customer prove nothing in the customer's name."""

    code = "read_only_session"


class Ending(StrEnum):
    """Why a session was ended before its time."""

    SIGNED_OUT = "signed_out"
    ENDED_BY_CUSTOMER = "ended_by_customer"
    ENDED_BY_VENDOR = "ended_by_vendor"
    REPLACED = "replaced"
    EMAIL_CHANGED = "email_changed"
    LINK_REVOKED = "link_revoked"
    SECRET_REVOKED = "secret_revoked"  # noqa: S105 - a reason, no secret
    DELEGATE_REVOKED = "delegate_revoked"
    STAFF_REMOVED = "staff_removed"
    WAY_IN_OFF = "way_in_off"
    CUSTOMER_ERASED = "customer_erased"
    VENDOR_CLOSED = "vendor_closed"


OWN: Final = (Ending.SIGNED_OUT, Ending.ENDED_BY_CUSTOMER, Ending.REPLACED)
"""What the session's own person does."""


def decide(
    *,
    made_for: str,
    used_at: str,
    is_framed: bool,
    in_frame: bool,
    way_in: str,
    created_at: datetime,
    last_seen_at: datetime,
    revoked_at: datetime | None,
    terms: Terms = USUAL,
    now: datetime,
) -> None:
    """Raises SessionEnded unless the session, made for one portal and used at another or the same, is good."""
    is_out = is_over(way_in=way_in, created_at=created_at, last_seen_at=last_seen_at, terms=terms, now=now)
    if is_out or revoked_at is not None or made_for != used_at or is_framed != in_frame:
        raise SessionEnded


def is_over(*, way_in: str, created_at: datetime, last_seen_at: datetime, terms: Terms, now: datetime) -> bool:
    """Whether it is too old, or was left unused for too long."""
    return now >= created_at + longest(way_in, terms) or now >= last_seen_at + terms.idle


def longest(way_in: str, terms: Terms = USUAL) -> timedelta:
    """How long a session that began this way may last, however much it is used."""
    return min(LOOKING_ON, terms.absolute) if way_in == WayIn.STAFF_VIEW else terms.absolute


def calculate_terms(*, idle_minutes: int, hours: int) -> Terms:
    """What a portal's numbers come to: nothing longer than usual, nothing over before it began."""
    return Terms(
        idle=min(IDLE, timedelta(minutes=max(1, idle_minutes))),
        absolute=min(ABSOLUTE, timedelta(hours=max(1, hours))),
    )


def is_worth_noting(*, last_noted_at: datetime | None, now: datetime) -> bool:
    """Whether a use is written down: at most once a minute, so that reading pages writes next to nothing."""
    return last_noted_at is None or now >= last_noted_at + SEEN_EVERY


def is_fresh(*, assurance: str, proven_at: datetime, now: datetime) -> bool:
    """Whether it is verified, not longer ago than what matters most asks for."""
    return assurance == Assurance.VERIFIED and now - proven_at <= FRESH_FOR
