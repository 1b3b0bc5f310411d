"""Notes in the action log who changed who has access for a vendor, and whom the vendor threw out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from shared.events import AccessChanged

BY_VENDOR: Final = "ended_by_vendor"
SESSION_ENDED: Final = "session.ended"


def note(session: Session, said: AccessChanged, *, now: datetime) -> None:
    """A line as auth said it."""
    action_log.write(session, action=said.action, of=said.object, before=said.before, after=said.after, now=now)


def note_ended(session: Session, *, ended: str, customers: Sequence[str], portal: str, now: datetime) -> None:
    """A line for each customer whom the session saw, which the customer can read."""
    for customer in customers:
        action_log.write(
            session,
            action=SESSION_ENDED,
            of=ended,
            before=None,
            after={"portal": portal},
            customer=customer,
            now=now,
        )
