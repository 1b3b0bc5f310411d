"""DECIDES may a scheduled cancel be taken back, and what is it again.

Until `ends_at`: the state it was canceled from, same subscription, same price, renewal as before, with the change or
pause that was scheduled then. From that moment on it is over, whether or not anybody has written it down yet; coming
back is then a new subscription. Undoing where nothing is canceled changes nothing and is no error. What was past due
and has been paid meanwhile is active.

Worked example: in its trial, canceled, `ends_at` 31 May 12:00. Undone at 11:59: in its trial again, charged on 31 May.
At 12:00: refused.
"""

from dataclasses import dataclass
from datetime import datetime

from services.portal.rules.subscriptions.lifecycle import RESTORED, InvalidState, Move, Status, after


@dataclass(frozen=True, kw_only=True)
class Undoing:
    """What undoing makes of it. `changed` is false when there was nothing to undo."""

    changed: bool
    status: Status


def decide(
    *,
    status: Status,
    canceled_from: Status | None,
    owes: bool,
    ends_at: datetime | None,
    now: datetime,
) -> Undoing:
    """The effect of undoing now. Raises InvalidState."""
    if status in RESTORED:
        return Undoing(changed=False, status=status)
    if ends_at is not None and now >= ends_at:
        raise InvalidState(status=Status.ENDED.value, action=Move.UNDO_CANCEL.value)
    active = after(status, Move.UNDO_CANCEL)
    if canceled_from is None or (canceled_from is Status.PAST_DUE and not owes):
        return Undoing(changed=True, status=active)
    return Undoing(changed=True, status=canceled_from)
