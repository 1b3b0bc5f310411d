"""Notes in the action log that staff see a customer's pages as the customer does: who, for how good a reason."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.rules.customers.activity import VIEWED


def note(
    session: Session, *, customers: Sequence[str], staff: str, reason: str | None, viewing: str, now: datetime
) -> None:
    """A line for each customer who is seen, which the customer can read. `viewing` is the id of the session."""
    for customer in customers:
        action_log.write(
            session,
            action=VIEWED,
            of=customer,
            before=None,
            after={"staff": staff, "reason": reason, "session": viewing},
            now=now,
        )
