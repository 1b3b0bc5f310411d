"""Who did what to which thing, with its values before and after, for ever."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.portal.models import Entry
from shared import ids
from shared.database import scope

_ID_LENGTH = 80


def write(
    session: Session,
    *,
    action: str,
    of: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    now: datetime,
) -> None:
    """Add a line about the thing with the id `of`. The scope says who acts, on which request."""
    here = scope.current()
    session.add(
        Entry(
            id=ids.new("log"),
            actor_kind=here.actor.kind,
            actor_id=here.actor.id[:_ID_LENGTH],
            action=action,
            object=of,
            before=None if before is None else dict(before),
            after=None if after is None else dict(after),
            request_id=here.request_id[:_ID_LENGTH],
            at=now,
        )
    )
