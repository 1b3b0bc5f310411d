"""Forgets what signing in leaves behind, once no limit counts it and no link or session lives."""

from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import CursorResult, delete, select, update

from services.auth.models import (
    Attempt,
    Entry,
    GlobalSession,
    Mail,
    PortalSession,
    Refusal,
    SignInRequest,
    StaffSession,
    UsedNonce,
)
from services.auth.rules.session import ABSOLUTE
from services.auth.rules.sign_in import DAY, HOUR
from shared import lifetimes
from shared.database.session import Session

BATCH: Final = 1000


def wipe_sealed(session: Session, *, now: datetime) -> int:
    """No mail was handed over in time: its secrets go, also sealed as they are."""
    orders = session.execute(
        update(Mail)
        .where(Mail.state == "wanted", Mail.expires_at <= now)
        .values(state="none", sealed=None)
        .execution_options(synchronize_session=False)
    )
    return _count(orders) + _count(
        session.execute(
            update(SignInRequest)
            .where(SignInRequest.mail == "wanted", SignInRequest.expires_at <= now)
            .values(mail="none", sealed=None)
            .execution_options(synchronize_session=False)
        )
    )


def forget_requests(session: Session, *, now: datetime) -> int:
    """Requests of more than a day ago."""
    old = select(SignInRequest.id).where(SignInRequest.requested_at <= now - DAY).limit(BATCH)
    return _delete(session, SignInRequest, old)


def forget_attempts(session: Session, *, now: datetime) -> int:
    """Tries of more than a day ago."""
    return _delete(session, Attempt, select(Attempt.id).where(Attempt.at <= now - DAY).limit(BATCH))


def forget_sessions(session: Session, *, now: datetime) -> int:
    """Sessions that ended a month ago: of portals, of the global portal, of the console."""
    before = now - ABSOLUTE - lifetimes.SESSIONS
    return sum(
        _delete(session, table, select(table.id).where(table.created_at <= before).limit(BATCH))
        for table in (PortalSession, GlobalSession, StaffSession)
    )


def forget_entries(session: Session, *, now: datetime) -> int:
    """One-time ways in that could not be used any more a month ago."""
    return _delete(session, Entry, select(Entry.id).where(Entry.expires_at <= now - lifetimes.SESSIONS).limit(BATCH))


def forget_proofs(session: Session, *, now: datetime) -> int:
    """Signed identities that would be refused as expired anyway, and refusals of more than a week ago."""
    used = select(UsedNonce.id).where(UsedNonce.expires_at <= now - HOUR).limit(BATCH)
    refused = select(Refusal.id).where(Refusal.at <= now - lifetimes.REFUSALS).limit(BATCH)
    return _delete(session, UsedNonce, used) + _delete(session, Refusal, refused)


def _delete(session: Session, table: Any, chosen: Any) -> int:
    return _count(
        session.execute(
            delete(table)
            .where(table.id.in_(session.scalars(chosen).all()))
            .execution_options(synchronize_session=False)
        )
    )


def _count(result: Any) -> int:
    return cast(CursorResult[Any], result).rowcount
