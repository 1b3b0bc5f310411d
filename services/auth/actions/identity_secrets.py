"""Identity secrets: made, changed, rolled, revoked. A secret is returned once, by what made it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from services.auth.actions import limits, sessions
from services.auth.adapters.secrets import Secrets, new_key_secret
from services.auth.models import IdentitySecret, PortalSession
from services.auth.queries import identity_secrets as known
from services.auth.queries.identity_secrets import SEALED_FIELD, SecretView, view
from services.auth.rules import identity_secret, vendor
from services.auth.rules.session import Ending, is_worth_noting
from services.auth.rules.ways_in import WayIn
from shared import ids
from shared.bus import access_log
from shared.database import scope
from shared.database.session import Session
from shared.errors import NotFound


@dataclass(frozen=True)
class NewSecret:
    """An identity secret and, this once, what it signs with."""

    view: SecretView
    secret: str


def create(
    session: Session, *, name: str, takes_v1: bool, created_by: str, secrets: Secrets, now: datetime
) -> NewSecret:
    """A new secret of the scope's vendor and mode. Raises TooManySecrets."""
    vendor.check_line("name", name)
    here = scope.current()
    limits.count_alone(session, f"identity secrets {here.vendor} {here.mode}")
    identity_secret.check_room(good=known.count_good(session, now=now))
    secret_id = ids.new(identity_secret.PREFIX)
    secret = identity_secret.compose(mode=here.mode, secret_id=secret_id, random=new_key_secret())
    row = IdentitySecret(
        id=secret_id,
        name=name,
        sealed=secrets.seal({SEALED_FIELD: secret}),
        takes_v1=takes_v1,
        created_by=created_by,
        created_at=now,
    )
    session.add(row)
    session.flush()
    _write(session, row, "made", after=_values(row), now=now)
    return NewSecret(view(row), secret)


def change(
    session: Session, *, secret_id: str, name: str | None = None, takes_v1: bool | None = None, now: datetime
) -> SecretView:
    """What is given changes. Taking no v1 hashes any more ends every session that began with one of this secret."""
    row = _locked(session, secret_id)
    if row.revoked_at is not None:
        raise identity_secret.SecretRevoked
    before = _values(row)
    if name is not None:
        vendor.check_line("name", name)
        row.name = name
    if takes_v1 is not None:
        row.takes_v1 = takes_v1
    session.flush()
    if before != _values(row):
        _write(session, row, "changed", before=before, after=_values(row), now=now)
    if not row.takes_v1:
        of_v1 = (PortalSession.secret == secret_id) & (PortalSession.way_in == WayIn.HMAC_V1)
        sessions.revoke_where(session, of_v1, now=now, reason=Ending.WAY_IN_OFF)
    return view(row)


def roll(
    session: Session, *, secret_id: str, overlap: timedelta, created_by: str, secrets: Secrets, now: datetime
) -> NewSecret:
    """A successor with the same name; the old one verifies until the overlap is over, and its sessions live on."""
    old = _locked(session, secret_id)
    ends = identity_secret.overlap_ends(now=now, overlap=overlap, expires_at=old.expires_at, revoked_at=old.revoked_at)
    old.expires_at = ends
    session.flush()
    new = create(session, name=old.name, takes_v1=old.takes_v1, created_by=created_by, secrets=secrets, now=now)
    old.replaced_by = new.view.id
    session.flush()
    _write(session, old, "rolled", after={"replaced_by": new.view.id, "expires_at": ends.isoformat()}, now=now)
    return new


def revoke(session: Session, *, secret_id: str, now: datetime) -> SecretView:
    """It verifies nothing from now on, and every session made with it is over."""
    row = _locked(session, secret_id)
    if row.revoked_at is None:
        row.revoked_at = now
        session.flush()
        _write(session, row, "revoked", now=now)
        sessions.revoke_where(session, PortalSession.secret == secret_id, now=now, reason=Ending.SECRET_REVOKED)
    return view(row)


def note_used(session: Session, *, secret_id: str, last_used_at: datetime | None, now: datetime) -> None:
    """It was used just now: written down at most once a minute."""
    if is_worth_noting(last_noted_at=last_used_at, now=now):
        session.execute(
            update(IdentitySecret)
            .where(IdentitySecret.id == secret_id)
            .values(last_used_at=now)
            .execution_options(synchronize_session=False)
        )


def _values(row: IdentitySecret) -> dict[str, Any]:
    return {"name": row.name, "takes_v1": row.takes_v1}


def _write(session: Session, row: IdentitySecret, what: str, *, now: datetime, **values: dict[str, Any]) -> None:
    """Into the vendor's action log."""
    here = scope.current()
    action = f"identity_secret.{what}"
    access_log.write(session, action=action, of=row.id, vendor=here.vendor, mode=here.mode, now=now, **values)


def _locked(session: Session, secret_id: str) -> IdentitySecret:
    row = session.scalars(select(IdentitySecret).where(IdentitySecret.id == secret_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    return row
