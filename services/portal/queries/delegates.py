"""The names of customers' own people."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.models import Delegate

PREFIX = "dlg_"


def names(session: Session, ids: Collection[str]) -> dict[str, str]:
    """The names of those of these that are people. Asks nothing where none can be."""
    wanted = [each for each in ids if each.startswith(PREFIX)]
    if not wanted:
        return {}
    return {
        row.id: row.name for row in session.execute(select(Delegate.id, Delegate.name).where(Delegate.id.in_(wanted)))
    }
