"""API keys as they may be shown, and whom one names."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, bindparam, select

from services.auth.models import ApiKey, Vendor
from services.auth.models.base import table_of
from services.auth.rules import api_key
from services.auth.rules.api_key import BadKey, Parts
from services.auth.rules.standing import Standing
from shared.database.session import Session
from shared.errors import NotFound


@dataclass(frozen=True)
class KeyView:
    """A key without its secret."""

    id: str
    vendor: str
    mode: str
    name: str
    kind: str
    scopes: tuple[str, ...]
    created_by: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None
    replaced_by: str | None


@dataclass(frozen=True)
class KnownKey:
    """A key that was just proven to be good."""

    id: str
    vendor: str
    mode: str
    scopes: tuple[str, ...]
    secret_hash: str
    last_used_at: datetime | None
    standing: str


_KEYS: Final = table_of(ApiKey)
_VENDORS: Final = table_of(Vendor)
_BY_ID: Final = select(
    _KEYS.c.vendor,
    _KEYS.c.mode,
    _KEYS.c.kind,
    _KEYS.c.scopes,
    _KEYS.c.secret_hash,
    _KEYS.c.last_used_at,
    _KEYS.c.expires_at,
    _KEYS.c.revoked_at,
    select(_VENDORS.c.standing).where(_VENDORS.c.id == _KEYS.c.vendor).scalar_subquery().label("standing"),
).where(_KEYS.c.id == bindparam("key_id"))
"""Asked for every request, of all vendors: built once, and run without the ORM, which would cost as much again."""


def by_parts(session: Session, parts: Parts, *, now: datetime) -> KnownKey:
    """The key of this id, in one statement. Raises BadKey; comparing the hash is the caller's."""
    row = session.connection().execute(_BY_ID, {"key_id": parts.id}).one_or_none()
    if row is None:
        raise BadKey
    api_key.decide(expires_at=row.expires_at, revoked_at=row.revoked_at, now=now)
    if row.standing == Standing.CLOSED:
        raise BadKey
    return KnownKey(
        id=parts.id,
        vendor=row.vendor,
        mode=row.mode,
        scopes=api_key.scopes_of(row.kind, row.scopes),
        secret_hash=row.secret_hash,
        last_used_at=row.last_used_at,
        standing=row.standing,
    )


def listing() -> tuple[Select[ApiKey], type[ApiKey]]:
    """The keys of the scope, for a page of them."""
    return select(ApiKey), ApiKey


def listed(session: Session) -> list[KeyView]:
    """The keys of the scope, newest first."""
    return [view(row) for row in session.scalars(select(ApiKey).order_by(ApiKey.id.desc()))]


def one(session: Session, key_id: str) -> KeyView:
    """Raises NotFound."""
    row = session.scalars(select(ApiKey).where(ApiKey.id == key_id)).one_or_none()
    if row is None:
        raise NotFound
    return view(row)


def view(row: ApiKey) -> KeyView:
    """What may be shown of a key."""
    return KeyView(
        id=row.id,
        vendor=row.vendor,
        mode=row.mode,
        name=row.name,
        kind=row.kind,
        scopes=api_key.scopes_of(row.kind, row.scopes),
        created_by=row.created_by,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        replaced_by=row.replaced_by,
    )
