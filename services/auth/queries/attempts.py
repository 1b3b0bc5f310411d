"""How often something was tried lately."""

from datetime import datetime

from sqlalchemy import func, select

from services.auth.models import Attempt
from shared.database.session import Session


def counted(session: Session, *, kind: str, subject: str, after: datetime) -> int:
    """Tries of this kind by, or at, this subject since `after`."""
    found = select(func.count()).where(Attempt.kind == kind, Attempt.subject == subject, Attempt.at > after)
    return session.scalar(found) or 0
