"""What a sign-in leads to at a place that is no vendor's portal."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.auth.actions import global_sessions, staff_sessions
from services.auth.queries.sessions import SessionView
from services.auth.rules.address import Recipient
from services.auth.rules.device import Device
from services.auth.rules.ways_in import WayIn
from shared.database.session import Session
from shared.places import CONSOLE, GLOBAL


@dataclass(frozen=True, kw_only=True)
class Entering:
    """Who comes in, and how."""

    recipient: Recipient
    email_key: str
    way_in: WayIn
    device: Device | None


@dataclass(frozen=True, kw_only=True)
class Doings:
    """How sessions of a place begin, are proven again, and end; the first two return the new token."""

    start: Callable[[Session, Entering, datetime], str]
    prove: Callable[[Session, SessionView, datetime], str]
    revoke: Callable[[Session, str, datetime], None]


def _start_global(session: Session, entering: Entering, now: datetime) -> str:
    return global_sessions.start(
        session,
        recipient=entering.recipient,
        email_key=entering.email_key,
        way_in=entering.way_in,
        device=entering.device,
        now=now,
    )


def _prove_global(session: Session, current: SessionView, now: datetime) -> str:
    return global_sessions.prove(session, current=current, now=now)


def _revoke_global(session: Session, session_id: str, now: datetime) -> None:
    global_sessions.revoke(session, session_id=session_id, now=now)


def _start_staff(session: Session, entering: Entering, now: datetime) -> str:
    return staff_sessions.start(
        session,
        users=entering.recipient.customers,
        email_key=entering.email_key,
        device=entering.device,
        now=now,
    )


def _prove_staff(session: Session, current: SessionView, now: datetime) -> str:
    return staff_sessions.prove(session, session_id=current.id, now=now)


def _revoke_staff(session: Session, session_id: str, now: datetime) -> None:
    staff_sessions.revoke(session, session_id=session_id, now=now)


DOINGS: Final[dict[str, Doings]] = {
    GLOBAL: Doings(start=_start_global, prove=_prove_global, revoke=_revoke_global),
    CONSOLE: Doings(start=_start_staff, prove=_prove_staff, revoke=_revoke_staff),
}
