"""DECIDES whether a subscription may be deleted.

Only one that has ended, and of which nothing is owed or on its way: what runs is canceled first, so that nobody loses
what they paid for without being told. Deleted, it is gone from every list and page; what was charged for it keeps its
payments and invoices.

Worked example: an active subscription is not deleted (`invalid_state`). Canceled at once it has ended, and may be,
unless its last bill is open: then `payments_open`.
"""

from services.portal.rules.subscriptions.lifecycle import InvalidState, Status
from shared.errors import Conflict


class PaymentsOpen(Conflict):
    """Something is still owed, or money is on its way."""

    code = "payments_open"


def decide(*, status: Status, is_unsettled: bool) -> None:
    """Return when it may be. `is_unsettled`: a payment of it is owed, or a payment or refund has no outcome yet.

    Raises InvalidState, PaymentsOpen.
    """
    if status is not Status.ENDED:
        raise InvalidState(status=status.value, action="delete")
    if is_unsettled:
        raise PaymentsOpen
