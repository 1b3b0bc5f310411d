"""Sessions of the console: begun, proven again, turned to another vendor or mode, seen, ended."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from services.auth.actions import session_rows
from services.auth.adapters.secrets import digest, new_token
from services.auth.models import StaffSession, VendorUser
from services.auth.queries import staff
from services.auth.queries.staff import StaffView
from services.auth.rules.device import Device
from shared import ids
from shared.database.session import Session
from shared.errors import NotFound
from shared.events import Mode


def start(session: Session, *, users: Sequence[str], email_key: str, device: Device | None, now: datetime) -> str:
    """A new session; its token. It goes on where the mailbox was last, else as the oldest of its `users`, live."""
    last = session.execute(
        select(StaffSession.user, StaffSession.mode)
        .where(StaffSession.email_key == email_key, StaffSession.user.in_(users))
        .order_by(StaffSession.last_seen_at.desc())
        .limit(1)
    ).one_or_none()
    token = new_token()
    user, mode = (last.user, last.mode) if last is not None else (users[0], "live")
    session.add(
        StaffSession(
            id=ids.new("ss"),
            token_hash=digest(token),
            user=user,
            mode=mode,
            email_key=email_key,
            proven_at=now,
            browser=device.browser if device else None,
            system=device.system if device else None,
            created_at=now,
            last_seen_at=now,
        )
    )
    session.flush()
    _accept(session, user, now=now)
    return token


def prove(session: Session, *, session_id: str, now: datetime) -> str:
    """It is proven now and goes by a new token."""
    token = new_token()
    _change(session, session_id, token_hash=digest(token), proven_at=now)
    return token


def switch(session: Session, *, current: StaffView, user: str, mode: Mode, now: datetime) -> str:
    """From now on it acts as this user of the same mailbox, in this mode; its new token.

    It is another one because what was answered for the old one may be remembered for a second. Raises NotFound for a
    user who is somebody else.
    """
    if user not in {each.user for each in staff.employments(session, email_key=current.email_key)}:
        raise NotFound
    token = new_token()
    _change(session, current.id, token_hash=digest(token), user=user, mode=mode)
    _accept(session, user, now=now)
    return token


def note_seen(session: Session, session_id: str, now: datetime) -> None:
    """It was used just now."""
    session_rows.note_seen(session, StaffSession, session_id, now)


def revoke(session: Session, *, session_id: str, now: datetime) -> None:
    """It ends at once."""
    _change(session, session_id, revoked_at=now)


def revoke_of_user(session: Session, *, user: str, now: datetime) -> None:
    """Every session that acts as this user ends at once."""
    session_rows.change(session, StaffSession, StaffSession.user == user, revoked_at=now)


def _change(session: Session, session_id: str, **values: object) -> None:
    session_rows.change(session, StaffSession, StaffSession.id == session_id, **values)


def _accept(session: Session, user: str, *, now: datetime) -> None:
    """Whoever was invited is here."""
    session.execute(
        update(VendorUser)
        .where(VendorUser.id == user, VendorUser.accepted_at.is_(None))
        .values(accepted_at=now)
        .execution_options(synchronize_session=False)
    )
