"""Ending what an address can still sign in with, and what it is signed in with."""

from datetime import datetime

from sqlalchemy import select, update

from services.auth.actions import sessions
from services.auth.models import SignInRequest
from services.auth.rules import address
from shared.database.session import Session


def end_all(session: Session, *, email: str, now: datetime) -> None:
    """The address is no longer on file: its sessions, links and codes are dead at once."""
    key = address.key_of(email)
    if key is not None:
        void(session, email_key=key, now=now)
        sessions.revoke_of_address(session, email_key=key, now=now)


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
    found = session.scalars(still_open).all()
    session.execute(
        update(SignInRequest)
        .where(SignInRequest.id.in_(found))
        .values(voided_at=now, mail="none", sealed=None)
        .execution_options(synchronize_session=False)
    )
