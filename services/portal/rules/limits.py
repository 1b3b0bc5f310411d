"""DECIDES what the platform itself has against an action, whatever a vendor has configured.

A subscription must be in a state that has room for the action (STATES); what an action is done to a payment, a card
or a ticket knows no such states. Whoever only looks on, such as staff who see a portal with the eyes of a customer,
may read and nothing else. States bind the vendor's own key as well.

Worked example: a paused subscription can be resumed and canceled, but not changed: `invalid_state`. An active one
whose pause begins at the end of its period can be resumed too, which takes the pause back.
"""

from typing import Final

from services.portal.rules.policy import Action
from services.portal.rules.reasons import Reason
from services.portal.rules.subscriptions.lifecycle import Status

_PAID_FOR: Final = frozenset({Status.TRIALING, Status.ACTIVE})
_CANCELABLE: Final = frozenset({Status.TRIALING, Status.ACTIVE, Status.PAST_DUE, Status.PAUSED})
_WITH_ACCESS: Final = frozenset({Status.TRIALING, Status.ACTIVE, Status.PAST_DUE, Status.CANCELED})
_ANY: Final = frozenset(Status)
STATES: Final[dict[Action, frozenset[Status]]] = {
    Action.CANCEL: _CANCELABLE,
    Action.UNDO_CANCEL: frozenset({Status.CANCELED}),
    Action.CHANGE_PLAN: _PAID_FOR,
    Action.CHANGE_QUANTITY: _PAID_FOR,
    Action.APPLY_COUPON: _PAID_FOR,
    Action.PAUSE: frozenset({Status.ACTIVE}),
    Action.RESUME: frozenset({Status.PAUSED}),
    Action.RESUBSCRIBE: frozenset({Status.ENDED}),
    Action.UPDATE_PAYMENT_METHOD: _ANY,
    Action.PAY_INVOICE: _ANY,
    Action.REQUEST_REFUND: _ANY,
    Action.DOWNLOAD_INVOICE: _ANY,
    Action.ACCESS_PRODUCT: _WITH_ACCESS,
    Action.OPEN_TICKET: _ANY,
}
READING: Final = frozenset({Action.DOWNLOAD_INVOICE, Action.ACCESS_PRODUCT})


def decide(*, action: Action, status: Status | None, is_pausing: bool = False, is_looking_on: bool) -> Reason | None:
    """What stands against it; None when nothing does. `status` None: it is about no subscription."""
    if is_looking_on and action not in READING:
        return Reason.READ_ONLY_SESSION
    if status is None or status in STATES[action]:
        return None
    if action is Action.RESUME and status is Status.ACTIVE and is_pausing:
        return None
    return Reason.INVALID_STATE
