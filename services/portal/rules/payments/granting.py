"""DECIDES what of a credit the vendor may take back: what is left of one that it granted.

Unused time was paid for, and a top-up is the customer's own money: neither is the vendor's to take. What was taken off
a payment stays taken off.

Worked example: of 20.00 granted 5.00 were taken off a payment: 15.00 are withdrawn. Asked again: there is nothing left.
"""

from shared.errors import Conflict

GRANTED = "granted"


class CreditNotWithdrawable(Conflict):
    """It was not granted by the vendor, or nothing is left of it."""

    code = "credit_not_withdrawable"


def decide(*, source: str, remaining: int) -> int:
    """How much is withdrawn, in minor units. Raises CreditNotWithdrawable."""
    if source != GRANTED or remaining == 0:
        raise CreditNotWithdrawable
    return remaining
