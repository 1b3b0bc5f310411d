"""DECIDES may a payment be tried now.

An open one may. One that is being tried, that waits for the customer at their bank, or of which the processor has not
said what became of it, is not tried a second time: that could charge twice. What is paid, or no longer owed, is over.

Worked example: the "pay" button is clicked twice. The first click tries; the second finds the payment `pending` and
changes nothing.
"""

from dataclasses import dataclass

from shared.errors import Conflict


class AlreadyPaid(Conflict):
    """It is paid."""

    code = "already_paid"


class NoLongerOwed(Conflict):
    """It was voided: nobody owes it any more."""

    code = "no_longer_owed"


class NoPaymentMethod(Conflict):
    """There is no card to charge."""

    code = "no_payment_method"


@dataclass(frozen=True)
class Paying:
    """May it be tried now; if not, somebody or something is at it already."""

    may_try: bool


def decide(*, status: str) -> Paying:
    """Raises AlreadyPaid, NoLongerOwed."""
    if status == "succeeded":
        raise AlreadyPaid
    if status == "voided":
        raise NoLongerOwed
    return Paying(may_try=status == "open")
