"""DECIDES what the platform itself has against an action, whatever a vendor has configured.

While the vendor is suspended, all can be read and nothing done. A subscription must be in a state that has room for
the action (STATES); what an action is done to a payment, a card or a ticket knows no such states. A customer's own
people may do what their role covers (`roles.py`). States bind the vendor's own key as well. Staff who see a portal with
the eyes of a customer are answered as the customer would be; that they change nothing is decided before any rule is
asked (`shared/web/access.py`). What the source that bills a subscription can't do (`rules/sources/support.py`) is
denied where its state has room for it.

Worked example: a paused subscription can be resumed and canceled, but not changed: `invalid_state`. An active one
whose pause begins at the end of its period can be resumed too, which takes the pause back.
"""

from typing import Final

from services.portal.rules import roles
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
    Action.CHANGE_ADDONS: _PAID_FOR,
    Action.PAUSE: frozenset({Status.ACTIVE}),
    Action.RESUME: frozenset({Status.PAUSED}),
    Action.RESUBSCRIBE: frozenset({Status.ENDED}),
    Action.UPDATE_PAYMENT_METHOD: _ANY,
    Action.PAY_INVOICE: _ANY,
    Action.REQUEST_REFUND: _ANY,
    Action.DOWNLOAD_INVOICE: _ANY,
    Action.ACCESS_PRODUCT: _WITH_ACCESS,
    Action.OPEN_TICKET: _ANY,
    Action.CHANGE_EMAIL: _ANY,
    Action.UPDATE_DETAILS: _ANY,
    Action.TOP_UP: _ANY,
}
READING: Final = frozenset({Action.DOWNLOAD_INVOICE, Action.ACCESS_PRODUCT})
"""What stays open while the operator has suspended the vendor."""


def decide(
    *,
    action: Action,
    status: Status | None,
    is_pausing: bool = False,
    is_beyond_source: bool = False,
    is_suspended: bool = False,
    role: str | None = None,
) -> Reason | None:
    """What stands against it; None when nothing does. `is_suspended`: the vendor is. `status` None: it is about no
    subscription; `role` is that of somebody who acts for the customer. `is_beyond_source`: where the subscription is
    billed, this can't be done.
    """
    if is_suspended and action not in READING:
        return Reason.VENDOR_SUSPENDED
    if not roles.is_allowed(action, role=role):
        return Reason.ROLE_NOT_ALLOWED
    is_fit = status is None or status in STATES[action]
    if not is_fit and not (action is Action.RESUME and status is Status.ACTIVE and is_pausing):
        return Reason.INVALID_STATE
    return Reason.NOT_SUPPORTED_BY_SOURCE if is_beyond_source else None
