"""One-time ways in, as they may be shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from services.auth.models import Entry
from shared.database.session import Session
from shared.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class EntryView:
    """Fields as the columns of `Entry`."""

    id: str
    kind: str
    configuration: str
    portal: str
    customers: tuple[str, ...]
    way_in: str
    staff: str | None
    reason: str | None
    details: dict[str, Any]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


def by_token(session: Session, *, token_hash: str) -> EntryView | None:
    """The one whose address this token is of."""
    return _one(session, Entry.token_hash == token_hash)


def by_secret(session: Session, *, secret_hash: str) -> EntryView | None:
    """The one whose client secret this is."""
    return _one(session, Entry.secret_hash == secret_hash)


def by_id(session: Session, entry_id: str) -> EntryView:
    """Raises NotFound."""
    found = _one(session, Entry.id == entry_id)
    if found is None:
        raise NotFound
    return found


def _one(session: Session, which: ColumnElement[bool]) -> EntryView | None:
    row = session.scalars(select(Entry).where(which)).one_or_none()
    return None if row is None else view(row)


def view(row: Entry) -> EntryView:
    """What may be shown of it: no hash, no token."""
    return EntryView(
        id=row.id,
        kind=row.kind,
        configuration=row.configuration,
        portal=row.portal,
        customers=tuple(row.customers),
        way_in=row.way_in,
        staff=row.staff,
        reason=row.reason,
        details=dict(row.details),
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
    )
