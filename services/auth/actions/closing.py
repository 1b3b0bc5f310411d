"""Ends the sessions of ways in that a portal no longer lists."""

from datetime import datetime

from sqlalchemy import select

from services.auth.actions import sessions
from services.auth.models import Portal, PortalSession
from services.auth.rules.session import Ending
from services.auth.rules.ways_in import STANDING, is_open
from shared.database.session import Session


def end_closed_ways(session: Session, *, configuration: str, now: datetime) -> int:
    """Whoever is in by hash, order number or permanent link where that is off now is out; how many were."""
    portal = session.scalars(select(Portal).where(Portal.id == configuration)).one_or_none()
    if portal is None:
        return 0
    closed = [way for way in STANDING if not is_open(way, portal.sign_in_methods)]
    there = (PortalSession.portal == portal.slug) & PortalSession.way_in.in_(closed)
    return sessions.revoke_where(session, there, now=now, reason=Ending.WAY_IN_OFF)
