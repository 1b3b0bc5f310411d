"""Whom a cookie names."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select

from services.auth.models import PortalSession
from services.auth.models.base import table_of
from services.auth.rules import session as session_rule
from shared.database.session import Session


@dataclass(frozen=True)
class SessionView:
    """A good session."""

    id: str
    vendor: str
    mode: str
    portal: str
    customers: tuple[str, ...]
    email: str
    email_key: str
    assurance: str
    proven_at: datetime
    last_seen_at: datetime


_SESSIONS: Final = table_of(PortalSession)
_BY_TOKEN_HASH: Final = select(_SESSIONS).where(_SESSIONS.c.token_hash == bindparam("token_hash"))
"""Asked for every request, of all vendors: built once, and run without the ORM, which would cost as much again."""


def by_token_hash(session: Session, *, token_hash: str, portal: str, now: datetime) -> SessionView:
    """The session behind a cookie, in one statement. Raises SessionEnded unless it is good for this portal."""
    row = session.connection().execute(_BY_TOKEN_HASH, {"token_hash": token_hash}).one_or_none()
    if row is None:
        raise session_rule.SessionEnded
    session_rule.decide(
        made_for=row.portal,
        used_at=portal,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        revoked_at=row.revoked_at,
        now=now,
    )
    return SessionView(
        id=row.id,
        vendor=row.vendor,
        mode=row.mode,
        portal=row.portal,
        customers=tuple(row.customers),
        email=row.email,
        email_key=row.email_key,
        assurance=row.assurance,
        proven_at=row.proven_at,
        last_seen_at=row.last_seen_at,
    )
