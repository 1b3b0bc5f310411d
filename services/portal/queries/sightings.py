"""Which pages showed a portal, and when last."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.models import PortalSighting


@dataclass(frozen=True)
class Sighting:
    """A page of this origin showed the portal then."""

    origin: str
    seen_at: datetime


def of_portal(session: Session, *, configuration_id: str) -> tuple[Sighting, ...]:
    """The latest first."""
    statement = select(PortalSighting).where(PortalSighting.configuration == configuration_id)
    return tuple(
        Sighting(row.origin, row.seen_at) for row in session.scalars(statement.order_by(PortalSighting.seen_at.desc()))
    )
