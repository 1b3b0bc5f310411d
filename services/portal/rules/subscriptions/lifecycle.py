"""MOVES: the states of a subscription and the moves allowed between them, as one table.

*Canceled* is not *ended*: a canceled subscription goes on until `ends_at`, and may be taken back until then; an ended
one is over for good (coming back is a new subscription). *Past due* owes money and still has its access; *paused* has
none and is charged nothing. What is not in the table is refused.

Undoing a cancel restores the state it was canceled from, so it leads to one of three.

Worked example: an active subscription is canceled on 3 May with `ends_at` 31 May. It is `canceled` from 3 May, may
become `active` again until 31 May, and is `ended` afterwards. One that was `past_due` on 3 May ends at once or on
31 May, and becomes `past_due` again when that is undone.
"""

from enum import StrEnum
from typing import Final

from shared.errors import Conflict


class Status(StrEnum):
    """Where a subscription stands."""

    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    PAUSED = "paused"
    CANCELED = "canceled"
    ENDED = "ended"


class Move(StrEnum):
    """What can happen to it."""

    END_TRIAL = "end_trial"
    RENEW = "renew"
    FALL_PAST_DUE = "fall_past_due"
    RECOVER = "recover"
    CHANGE = "change"
    SCHEDULE_PAUSE = "schedule_pause"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    UNDO_CANCEL = "undo_cancel"
    END = "end"


class InvalidState(Conflict):
    """The subscription is in a state that does not allow this."""

    code = "invalid_state"


MOVES: Final[dict[tuple[Status, Move], Status]] = {
    (Status.TRIALING, Move.END_TRIAL): Status.ACTIVE,
    (Status.TRIALING, Move.FALL_PAST_DUE): Status.PAST_DUE,
    (Status.TRIALING, Move.CHANGE): Status.TRIALING,
    (Status.TRIALING, Move.CANCEL): Status.CANCELED,
    (Status.TRIALING, Move.END): Status.ENDED,
    (Status.ACTIVE, Move.RENEW): Status.ACTIVE,
    (Status.ACTIVE, Move.FALL_PAST_DUE): Status.PAST_DUE,
    (Status.ACTIVE, Move.CHANGE): Status.ACTIVE,
    (Status.ACTIVE, Move.SCHEDULE_PAUSE): Status.ACTIVE,
    (Status.ACTIVE, Move.PAUSE): Status.PAUSED,
    (Status.ACTIVE, Move.CANCEL): Status.CANCELED,
    (Status.ACTIVE, Move.END): Status.ENDED,
    (Status.PAST_DUE, Move.RECOVER): Status.ACTIVE,
    (Status.PAST_DUE, Move.CANCEL): Status.CANCELED,
    (Status.PAST_DUE, Move.END): Status.ENDED,
    (Status.PAUSED, Move.RESUME): Status.ACTIVE,
    (Status.PAUSED, Move.FALL_PAST_DUE): Status.PAST_DUE,
    (Status.PAUSED, Move.CANCEL): Status.CANCELED,
    (Status.PAUSED, Move.END): Status.ENDED,
    (Status.CANCELED, Move.UNDO_CANCEL): Status.ACTIVE,
    (Status.CANCELED, Move.END): Status.ENDED,
}
RESTORED: Final = frozenset({Status.TRIALING, Status.ACTIVE, Status.PAST_DUE, Status.PAUSED})
RUNNING: Final = frozenset({Status.TRIALING, Status.ACTIVE, Status.PAST_DUE, Status.PAUSED, Status.CANCELED})


def after(status: Status, move: Move) -> Status:
    """The state that `move` leads to. Raises InvalidState."""
    try:
        return MOVES[status, move]
    except KeyError:
        raise InvalidState(status=status.value, action=move.value) from None
