"""MOVES: the states of a subscription and the moves allowed between them, as one table.

*Canceled* is not *ended*: a canceled subscription goes on until `ends_at`, and may be taken back until then; an ended
one is over for good (coming back is a new subscription). What is not in the table is refused.

Worked example: an active subscription is canceled on 3 May with `ends_at` 31 May. It is `canceled` from 3 May, may
become `active` again until 31 May, and is `ended` afterwards.
"""

from enum import StrEnum
from typing import Final

from shared.errors import Conflict


class Status(StrEnum):
    """Where a subscription stands."""

    ACTIVE = "active"
    CANCELED = "canceled"
    ENDED = "ended"


class Move(StrEnum):
    """What can happen to it."""

    CANCEL = "cancel"
    UNDO_CANCEL = "undo_cancel"
    END = "end"


class InvalidState(Conflict):
    """The subscription is in a state that does not allow this."""

    code = "invalid_state"


MOVES: Final[dict[tuple[Status, Move], Status]] = {
    (Status.ACTIVE, Move.CANCEL): Status.CANCELED,
    (Status.ACTIVE, Move.END): Status.ENDED,
    (Status.CANCELED, Move.UNDO_CANCEL): Status.ACTIVE,
    (Status.CANCELED, Move.END): Status.ENDED,
}


def after(status: Status, move: Move) -> Status:
    """The state that `move` leads to. Raises InvalidState."""
    try:
        return MOVES[status, move]
    except KeyError:
        raise InvalidState(status=status.value, action=move.value) from None
