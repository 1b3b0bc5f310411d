"""DECIDES may a scheduled cancel be taken back.

Until `ends_at`: same subscription, same price, renewal as before. From that moment on it is over, whether or not
anybody has written it down yet; coming back is then a new subscription. Undoing where nothing is canceled changes
nothing and is no error.

Worked example: `ends_at` 31 May 12:00. Undone at 11:59: active again, renews on 31 May. At 12:00: refused.
"""

from dataclasses import dataclass
from datetime import datetime

from services.portal.rules.subscriptions.lifecycle import InvalidState, Move, Status, after


@dataclass(frozen=True, kw_only=True)
class Undoing:
    """What undoing makes of it. `changed` is false when there was nothing to undo."""

    changed: bool
    status: Status


def decide(*, status: Status, ends_at: datetime | None, now: datetime) -> Undoing:
    """The effect of undoing now. Raises InvalidState."""
    if status is Status.ACTIVE:
        return Undoing(changed=False, status=status)
    if ends_at is not None and now >= ends_at:
        raise InvalidState(status=Status.ENDED.value, action=Move.UNDO_CANCEL.value)
    return Undoing(changed=True, status=after(status, Move.UNDO_CANCEL))
