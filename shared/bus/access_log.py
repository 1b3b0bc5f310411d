"""Tells the vendor's action log, which portal keeps and seals, who changed who has access.

It leaves with the transaction of the change, through the outbox: no change without its line, no line without a change.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.bus import outbox
from shared.database.session import Session
from shared.events import AccessChanged, Mode


def write(
    session: Session,
    *,
    action: str,
    of: str,
    vendor: str,
    mode: Mode,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    now: datetime,
) -> None:
    """A line about the thing with the id `of`, by whom the scope names. `action` is one that the event knows."""
    said = AccessChanged(
        action=action,
        object=of,
        before=None if before is None else dict(before),
        after=None if after is None else dict(after),
    )
    outbox.record(session, said, vendor=vendor, mode=mode, at=now)
