"""Rows of sessions, of whatever kind: changed while they are good, and noted as seen."""

from datetime import datetime

from sqlalchemy import ColumnElement, update

from services.auth.models import GlobalSession, PortalSession, StaffSession
from shared.database.session import Session

Kind = type[GlobalSession] | type[PortalSession] | type[StaffSession]


def change(session: Session, kind: Kind, *which: ColumnElement[bool], **values: object) -> None:
    """Set these columns of sessions that have not ended; those that have stay as they are."""
    session.execute(
        update(kind)
        .where(*which, kind.revoked_at.is_(None))
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def note_seen(session: Session, kind: Kind, session_id: str, now: datetime) -> None:
    """It was used just now, unless somebody noted a later use."""
    session.execute(
        update(kind)
        .where(kind.id == session_id, kind.last_seen_at < now)
        .values(last_seen_at=now)
        .execution_options(synchronize_session=False)
    )
