"""Noting which of a vendor's own pages show a portal, so that the vendor sees that it arrived there."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.portal.models import PortalConfiguration, PortalSighting
from shared.database import scope


def note(session: Session, *, configuration_id: str, origin: str, now: datetime) -> None:
    """A page of `origin` shows the portal just now. `origin` is one of those that may."""
    with scope.platform():
        of = (PortalSighting.configuration == configuration_id, PortalSighting.origin == origin)
        seen = session.scalars(select(PortalSighting).where(*of)).one_or_none()
        if seen is not None:
            seen.seen_at = now
            session.flush()  # while rows of any vendor may be written
            return
        portal = session.scalars(select(PortalConfiguration).where(PortalConfiguration.id == configuration_id)).one()
        first = PortalSighting(configuration=portal.id, origin=origin, seen_at=now, vendor=portal.vendor)
        first.mode = portal.mode
        try:
            with session.begin_nested():
                session.add(first)
        except IntegrityError:  # two frames at once: one of them said it
            return
