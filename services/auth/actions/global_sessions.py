"""Sessions of the global portal: begun, proven again, seen, ended."""

from datetime import datetime

from sqlalchemy import select

from services.auth.actions import session_rows
from services.auth.actions.session_rows import change
from services.auth.adapters.secrets import digest, new_token
from services.auth.models import GlobalSession, Identity
from services.auth.queries.sessions import SessionView
from services.auth.rules.address import Recipient
from services.auth.rules.device import Device
from services.auth.rules.ways_in import WayIn
from shared import ids
from shared.database import scope
from shared.database.session import Session


def start(
    session: Session, *, recipient: Recipient, email_key: str, way_in: WayIn, device: Device | None, now: datetime
) -> str:
    """A new session; its token. It shows live purchases if there are any, else those of test mode."""
    token = new_token()
    with scope.platform():
        modes = set(session.scalars(select(Identity.mode).where(Identity.id.in_(recipient.customers))))
    session.add(
        GlobalSession(
            id=ids.new("gs"),
            token_hash=digest(token),
            mode="live" if "live" in modes else "test",
            email=recipient.email,
            email_key=email_key,
            way_in=way_in,
            proven_at=now,
            browser=device.browser if device else None,
            system=device.system if device else None,
            created_at=now,
            last_seen_at=now,
        )
    )
    session.flush()
    return token


def prove(session: Session, *, current: SessionView, now: datetime) -> str:
    """It is proven now and goes by a new token."""
    token = new_token()
    change(session, GlobalSession, GlobalSession.id == current.id, token_hash=digest(token), proven_at=now)
    return token


def note_seen(session: Session, session_id: str, now: datetime) -> None:
    """It was used just now."""
    session_rows.note_seen(session, GlobalSession, session_id, now)


def revoke(session: Session, *, session_id: str, now: datetime) -> None:
    """It ends at once, in every vendor's section."""
    change(session, GlobalSession, GlobalSession.id == session_id, revoked_at=now)


def revoke_of_address(session: Session, *, email_key: str, now: datetime) -> None:
    """Every session of this mailbox ends at once."""
    change(session, GlobalSession, GlobalSession.email_key == email_key, revoked_at=now)
