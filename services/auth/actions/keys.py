"""API keys: made, rolled, revoked. The secret is returned once, by what made it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from services.auth.adapters.secrets import digest, new_key_secret
from services.auth.models import ApiKey
from services.auth.queries.keys import KeyView, view
from services.auth.rules import api_key, vendor
from services.auth.rules.api_key import KeyKind
from shared import ids
from shared.bus import access_log
from shared.database import scope
from shared.database.session import Session
from shared.errors import NotFound
from shared.events import Mode


@dataclass(frozen=True)
class NewKey:
    """A key and, this once, its secret."""

    view: KeyView
    secret: str


def create(
    session: Session,
    *,
    vendor_id: str,
    mode: Mode,
    name: str,
    kind: KeyKind,
    scopes: Sequence[str],
    own: Collection[str] | None,
    created_by: str,
    now: datetime,
) -> NewKey:
    """A new key. `own` are the scopes of whoever makes it, None for the operator."""
    vendor.check_line("name", name)
    granted = api_key.scopes_for(kind, asked=scopes, own=own)
    key_id = ids.new("key")
    secret = api_key.compose(kind=kind, mode=mode, key_id=key_id, secret=new_key_secret())
    row = ApiKey(
        id=key_id,
        vendor=vendor_id,
        mode=mode,
        name=name,
        kind=kind,
        secret_hash=digest(secret),
        scopes=list(granted),
        created_by=created_by,
        created_at=now,
    )
    session.add(row)
    session.flush()
    _write(session, row, "made", {"name": name, "kind": str(kind), "scopes": list(granted)}, now=now)
    return NewKey(view(row), secret)


def roll(
    session: Session,
    *,
    key_id: str,
    overlap: timedelta,
    own: Collection[str] | None,
    created_by: str,
    now: datetime,
) -> NewKey:
    """A successor with the same name and scopes; the old key works until the overlap is over."""
    old = _locked(session, key_id)
    ends = api_key.overlap_ends(now=now, overlap=overlap, expires_at=old.expires_at, revoked_at=old.revoked_at)
    kind = KeyKind(old.kind)
    new = create(
        session,
        vendor_id=old.vendor,
        mode="live" if old.mode == "live" else "test",
        name=old.name,
        kind=kind,
        scopes=old.scopes if kind is KeyKind.RESTRICTED else (),
        own=own,
        created_by=created_by,
        now=now,
    )
    old.expires_at, old.replaced_by = ends, new.view.id
    session.flush()
    _write(session, old, "rolled", {"replaced_by": new.view.id, "expires_at": ends.isoformat()}, now=now)
    return new


def revoke(session: Session, *, key_id: str, now: datetime) -> KeyView:
    """It is refused from now on. Revoked before, it stays revoked as it was."""
    row = _locked(session, key_id)
    if row.revoked_at is None:
        row.revoked_at = now
        session.flush()
        _write(session, row, "revoked", None, now=now)
    return view(row)


def note_used(session: Session, *, key_id: str, now: datetime) -> None:
    """It was used just now."""
    with scope.platform():
        session.execute(
            update(ApiKey)
            .where(ApiKey.id == key_id)
            .values(last_used_at=now)
            .execution_options(synchronize_session=False)
        )


def _write(session: Session, row: ApiKey, what: str, after: Mapping[str, Any] | None, *, now: datetime) -> None:
    """Into the vendor's action log; a secret key's scopes are all there are."""
    mode: Mode = "live" if row.mode == "live" else "test"
    action = f"api_key.{what}"
    access_log.write(session, action=action, of=row.id, vendor=row.vendor, mode=mode, after=after, now=now)


def _locked(session: Session, key_id: str) -> ApiKey:
    row = session.scalars(select(ApiKey).where(ApiKey.id == key_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    return row
