"""A vendor that makes sign-ins of a portal last shorter: those that are under way end by the shorter ones at once.

What it makes longer holds for those that begin from then on, so nothing that was over comes to life again.
"""

from datetime import datetime

from sqlalchemy import select, update

from services.auth.actions.sign_in import SIGN_IN
from services.auth.models import PortalSession, SignInRequest
from services.auth.queries import portals
from services.auth.queries.portals import SignInSettings
from shared.database.session import Session


def shorten(session: Session, *, configuration: str, now: datetime) -> None:
    """What the portal says now is the most that its open sessions, links and codes last."""
    portal = portals.by_id(session, configuration)
    if portal is None:
        return
    for column, most in (
        (PortalSession.idle_minutes, portal.sign_in.session_idle_minutes),
        (PortalSession.hours, portal.sign_in.session_hours),
    ):
        session.execute(
            update(PortalSession)
            .where(PortalSession.portal == portal.slug, PortalSession.revoked_at.is_(None), column > most)
            .values({column: most})
            .execution_options(synchronize_session=False)
        )
    _shorten_links(session, portal.slug, portal.sign_in, now=now)


def _shorten_links(session: Session, slug: str, settings: SignInSettings, *, now: datetime) -> None:
    still_open = session.execute(
        select(SignInRequest.id, SignInRequest.requested_at, SignInRequest.expires_at).where(
            SignInRequest.portal == slug,
            SignInRequest.purpose == SIGN_IN,
            SignInRequest.used_at.is_(None),
            SignInRequest.expires_at > now,
        )
    ).all()
    for row in still_open:
        expires_at = row.requested_at + settings.link_lifetime
        if expires_at < row.expires_at:
            session.execute(
                update(SignInRequest)
                .where(SignInRequest.id == row.id)
                .values(expires_at=expires_at)
                .execution_options(synchronize_session=False)
            )
