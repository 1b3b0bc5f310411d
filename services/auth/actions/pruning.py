"""Forgets what signing in leaves behind, once no limit counts it and no link or session lives."""

from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import CursorResult, delete, select, update

from services.auth.models import Attempt, PortalSession, SignInRequest
from services.auth.rules.session import ABSOLUTE
from services.auth.rules.sign_in import DAY
from shared.database.session import Session

BATCH: Final = 1000
KEEP_SESSIONS: Final = timedelta(days=30)


def wipe_sealed(session: Session, *, now: datetime) -> int:
    """No mail was handed over in time: its secrets go, also sealed as they are."""
    return _count(
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
    """Sessions that ended a month ago."""
    old = select(PortalSession.id).where(PortalSession.created_at <= now - ABSOLUTE - KEEP_SESSIONS).limit(BATCH)
    return _delete(session, PortalSession, old)


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
