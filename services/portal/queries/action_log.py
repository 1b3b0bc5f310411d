"""What was done, by whom."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from services.portal.models import Entry


@dataclass(frozen=True, kw_only=True)
class EntryView:
    """One line of the action log."""

    id: str
    actor_kind: str
    actor_id: str
    action: str
    object: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str
    at: datetime


def listing(*, object_id: str | None) -> Select[Entry]:
    """What was done to a thing; None means anything."""
    statement = select(Entry)
    return statement if object_id is None else statement.where(Entry.object == object_id)


def view(row: Entry) -> EntryView:
    """A row as a view."""
    return EntryView(
        id=row.id,
        actor_kind=row.actor_kind,
        actor_id=row.actor_id,
        action=row.action,
        object=row.object,
        before=row.before,
        after=row.after,
        request_id=row.request_id,
        at=row.at,
    )
