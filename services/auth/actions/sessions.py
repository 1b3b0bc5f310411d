"""Sessions: begun, proven again, seen, ended."""

from datetime import datetime

from sqlalchemy import update

from services.auth.adapters.secrets import digest, new_token
from services.auth.models import PortalSession
from services.auth.queries.portals import PortalView
from services.auth.rules.address import Recipient
from services.auth.rules.ways_in import WAYS_IN, Assurance, WayIn
from shared import ids
from shared.database import scope
from shared.database.session import Session


def start(
    session: Session, *, portal: PortalView, recipient: Recipient, email_key: str, way_in: WayIn, now: datetime
) -> str:
    """A new session; its token, which only the cookie holds."""
    token = new_token()
    session.add(
        PortalSession(
            id=ids.new("ps"),
            vendor=portal.vendor,
            mode=portal.mode,
            token_hash=digest(token),
            portal=portal.slug,
            customers=list(recipient.customers),
            email=recipient.email,
            email_key=email_key,
            way_in=way_in,
            assurance=WAYS_IN[way_in],
            proven_at=now,
            created_at=now,
            last_seen_at=now,
        )
    )
    session.flush()
    return token


def prove(session: Session, *, session_id: str, now: datetime) -> str:
    """The session is proven now and goes by a new token, which is returned. Its end stays where it was."""
    token = new_token()
    session.execute(
        update(PortalSession)
        .where(PortalSession.id == session_id, PortalSession.revoked_at.is_(None))
        .values(token_hash=digest(token), proven_at=now, assurance=Assurance.VERIFIED)
        .execution_options(synchronize_session=False)
    )
    return token


def note_seen(session: Session, *, session_id: str, now: datetime) -> None:
    """It was used just now."""
    with scope.platform():
        session.execute(
            update(PortalSession)
            .where(PortalSession.id == session_id, PortalSession.last_seen_at < now)
            .values(last_seen_at=now)
            .execution_options(synchronize_session=False)
        )


def revoke(session: Session, *, session_id: str, now: datetime) -> None:
    """It ends at once. Ended before, it stays ended as it was."""
    session.execute(
        update(PortalSession)
        .where(PortalSession.id == session_id, PortalSession.revoked_at.is_(None))
        .values(revoked_at=now)
        .execution_options(synchronize_session=False)
    )


def revoke_of_address(session: Session, *, email_key: str, now: datetime) -> None:
    """Every session that was begun with this address ends at once."""
    session.execute(
        update(PortalSession)
        .where(PortalSession.email_key == email_key, PortalSession.revoked_at.is_(None))
        .values(revoked_at=now)
        .execution_options(synchronize_session=False)
    )
