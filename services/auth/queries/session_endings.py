"""Where sessions of a customer were ended before their time, as moments of a timeline."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import literal, or_

from services.auth.models import PortalSession
from services.auth.queries.sessions import SessionRecord, listing, record
from services.auth.rules.session import Ending as Why
from shared.database import moments
from shared.database.moments import Place
from shared.database.session import Session

_BEFORE: Final = "end_"


@dataclass(frozen=True, kw_only=True)
class Ending:
    """That a session was ended, as a moment of its own in a timeline."""

    id: str
    at: datetime
    of: SessionRecord


def newest_of(session: Session, *, customer: str, place: Place | None, limit: int, now: datetime) -> list[Ending]:
    """Where such sessions were ended before their time, newest first, from a place on.

    Not those that the vendor ended: who did it stands in the vendor's own record.
    """
    why = PortalSession.ended_for
    statement = listing(customer=customer)[0].where(
        PortalSession.staff.is_(None),
        PortalSession.revoked_at.is_not(None),
        or_(why.is_(None), why != Why.ENDED_BY_VENDOR),
    )
    id_ = literal(_BEFORE).concat(PortalSession.id)
    statement = moments.before(statement, PortalSession.revoked_at, id_, place=place, limit=limit)
    found = (record(row, now=now) for row in session.scalars(statement))
    return [Ending(id=_BEFORE + of.id, at=of.ended_at, of=of) for of in found if of.ended_at is not None]
