"""MOVES: the states of a ticket, the moves between them, and who may make each, as one table.

A ticket is *open* while staff have not answered what the customer wrote last, and *answered* once they have. Whoever
writes moves it between these two. Staff *approve* or *decline* what was asked for, once; a ticket that asks for
nothing is *closed*, by either side. A ticket that is over takes no more messages: the next matter is a new ticket.
A request is not closed without a word on it: staff approve or decline.

Worked example: a customer asks for a refund (open), staff ask why (answered), the customer explains (open), staff
approve. A second approval a moment later finds it approved and changes nothing.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shared.errors import Conflict

QUESTION: Final = "question"
KINDS: Final = (
    QUESTION,
    "apply_coupon",
    "cancel",
    "change",
    "pause",
    "refund",
    "remove_coupon",
    "resubscribe",
    "resume",
)
"""What a ticket may be about: a question, or an action that approval carries out."""


class TicketStatus(StrEnum):
    """Where a ticket stands."""

    OPEN = "open"
    ANSWERED = "answered"
    APPROVED = "approved"
    DECLINED = "declined"
    CLOSED = "closed"


class TicketMove(StrEnum):
    """What can be done with it."""

    REPLY = "reply"
    APPROVE = "approve"
    DECLINE = "decline"
    CLOSE = "close"


class Side(StrEnum):
    """Who does it."""

    CUSTOMER = "customer"
    STAFF = "staff"


class TicketOver(Conflict):
    """The ticket is approved, declined or closed; nothing more happens in it."""

    code = "ticket_over"


class NothingToApprove(Conflict):
    """The ticket asks for nothing that could be approved or declined."""

    code = "nothing_to_approve"


class DecisionNeeded(Conflict):
    """The ticket asks for something, which staff approve or decline; it is not closed."""

    code = "decision_needed"


class NotYours(Conflict):
    """Only staff decide."""

    code = "staff_only"


_WAITING: Final = (TicketStatus.OPEN, TicketStatus.ANSWERED)
MOVES: Final[dict[tuple[TicketStatus, TicketMove, Side], TicketStatus]] = {
    (status, move, side): after
    for status in _WAITING
    for move, side, after in (
        (TicketMove.REPLY, Side.CUSTOMER, TicketStatus.OPEN),
        (TicketMove.REPLY, Side.STAFF, TicketStatus.ANSWERED),
        (TicketMove.APPROVE, Side.STAFF, TicketStatus.APPROVED),
        (TicketMove.DECLINE, Side.STAFF, TicketStatus.DECLINED),
        (TicketMove.CLOSE, Side.STAFF, TicketStatus.CLOSED),
        (TicketMove.CLOSE, Side.CUSTOMER, TicketStatus.CLOSED),
    )
}
_SAME_AGAIN: Final = {
    TicketMove.APPROVE: TicketStatus.APPROVED,
    TicketMove.DECLINE: TicketStatus.DECLINED,
    TicketMove.CLOSE: TicketStatus.CLOSED,
}


@dataclass(frozen=True)
class Moved:
    """The state after it. `changed` is false when it was done before and nothing happens."""

    status: TicketStatus
    changed: bool


def decide(*, status: TicketStatus, move: TicketMove, side: Side, is_request: bool) -> Moved:
    """Where `move` leads. Raises TicketOver, NothingToApprove, DecisionNeeded, NotYours."""
    if move in (TicketMove.APPROVE, TicketMove.DECLINE):
        if side is not Side.STAFF:
            raise NotYours
        if not is_request:
            raise NothingToApprove
    if _SAME_AGAIN.get(move) is status:
        return Moved(status, changed=False)
    after = MOVES.get((status, move, side))
    if after is None:
        raise TicketOver(status=status.value)
    if move is TicketMove.CLOSE and is_request:
        raise DecisionNeeded
    return Moved(after, changed=True)
