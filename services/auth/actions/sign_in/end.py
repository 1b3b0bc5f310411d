"""Ending what an address can still sign in with."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select, update

from services.auth.models import SignInRequest
from services.auth.rules.link import OPEN_AT_ONCE
from shared.database.session import Session


def void(session: Session, *, email_key: str, now: datetime) -> None:
    """Make an address's open requests useless. Ones that are being used this moment are left to their users."""
    still_open = (
        select(SignInRequest.id)
        .where(
            SignInRequest.email_key == email_key,
            SignInRequest.used_at.is_(None),
            SignInRequest.voided_at.is_(None),
            SignInRequest.expires_at > now,
        )
        .with_for_update(skip_locked=True)
    )
    _make_void(session, session.scalars(still_open).all(), now=now)


_OLDER: Final = (
    select(SignInRequest.id)
    .where(
        SignInRequest.email_key == bindparam("key"),
        SignInRequest.purpose == bindparam("for"),
        SignInRequest.counted,
        SignInRequest.used_at.is_(None),
        SignInRequest.voided_at.is_(None),
        SignInRequest.expires_at > bindparam("present"),
    )
    .order_by(SignInRequest.requested_at.desc(), SignInRequest.id.desc())
    .offset(OPEN_AT_ONCE)
)


def keep_newest(session: Session, *, email_key: str | None, purpose: str, now: datetime) -> None:
    """Of an address's mailed requests that still work, the newest stay. None is asked for too: equal work for all."""
    older = session.scalars(_OLDER, {"key": email_key or "", "for": purpose, "present": now}).all()
    _make_void(session, older, now=now)


def _make_void(session: Session, requests: Sequence[str], *, now: datetime) -> None:
    if not requests:
        return
    session.execute(
        update(SignInRequest)
        .where(SignInRequest.id.in_(requests), SignInRequest.used_at.is_(None))
        .values(voided_at=now, mail="none", sealed=None)
        .execution_options(synchronize_session=False)
    )
