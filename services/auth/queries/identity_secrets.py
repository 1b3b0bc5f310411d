"""Identity secrets as they may be shown, and opened, as they verify."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, func, or_, select

from services.auth.adapters.secrets import Secrets
from services.auth.models import IdentitySecret
from services.auth.rules import identity_secret
from shared.database.session import Session
from shared.errors import NotFound

SEALED_FIELD: Final = "identity_secret"


@dataclass(frozen=True)
class SecretView:
    """An identity secret without what it signs with. `id` is the key id of v2."""

    id: str
    vendor: str
    mode: str
    name: str
    takes_v1: bool
    created_by: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None
    replaced_by: str | None


@dataclass(frozen=True)
class OpenSecret:
    """One that is held open to verify with, and whether it still may."""

    id: str
    secret: str
    takes_v1: bool
    is_good: bool
    last_used_at: datetime | None


def good(session: Session, *, secrets: Secrets, now: datetime) -> list[OpenSecret]:
    """Those of the scope that verify now, newest first."""
    return [each for each in every(session, secrets=secrets, now=now, only_good=True) if each.is_good]


def every(session: Session, *, secrets: Secrets, now: datetime, only_good: bool = False) -> list[OpenSecret]:
    """Those of the scope, the newest few that ever were: to say what somebody signed with."""
    found = select(IdentitySecret).order_by(IdentitySecret.id.desc()).limit(identity_secret.MOST * 2)
    rows = session.scalars(found.where(_verifies(now)) if only_good else found)
    return [_opened(row, secrets=secrets, now=now) for row in rows]


def count_good(session: Session, *, now: datetime) -> int:
    """How many of the scope verify now."""
    return session.scalar(select(func.count(IdentitySecret.id)).where(_verifies(now))) or 0


def listing() -> tuple[Select[IdentitySecret], type[IdentitySecret]]:
    """The secrets of the scope, for a page of them."""
    return select(IdentitySecret), IdentitySecret


def listed(session: Session) -> Sequence[SecretView]:
    """The secrets of the scope, newest first."""
    return [view(row) for row in session.scalars(select(IdentitySecret).order_by(IdentitySecret.id.desc()))]


def one(session: Session, secret_id: str) -> SecretView:
    """Raises NotFound."""
    row = session.scalars(select(IdentitySecret).where(IdentitySecret.id == secret_id)).one_or_none()
    if row is None:
        raise NotFound
    return view(row)


def view(row: IdentitySecret) -> SecretView:
    """What may be shown of a secret."""
    return SecretView(
        id=row.id,
        vendor=row.vendor,
        mode=row.mode,
        name=row.name,
        takes_v1=row.takes_v1,
        created_by=row.created_by,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        replaced_by=row.replaced_by,
    )


def _verifies(now: datetime) -> ColumnElement[bool]:
    return IdentitySecret.revoked_at.is_(None) & or_(
        IdentitySecret.expires_at.is_(None), IdentitySecret.expires_at > now
    )


def _opened(row: IdentitySecret, *, secrets: Secrets, now: datetime) -> OpenSecret:
    return OpenSecret(
        id=row.id,
        secret=secrets.reopen(row.sealed)[SEALED_FIELD],
        takes_v1=row.takes_v1,
        is_good=identity_secret.is_good(expires_at=row.expires_at, revoked_at=row.revoked_at, now=now),
        last_used_at=row.last_used_at,
    )
