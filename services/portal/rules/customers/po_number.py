"""CALCULATES which purchase order number an invoice prints, and DECIDES when a customer must give one first.

The number for the next invoice alone comes first, and is used up by it; then the subscription's own, then the
customer's. Where the vendor wants one (`billing_settings.po_number_required`), a customer without any is refused what
changes the amounts they pay, before anything is charged. A vendor's own key is not.

Worked example: a customer with `PO 1`, a subscription with `PO 2`, and `PO 3` for the next invoice: its next invoice
prints `PO 3`, the ones after it `PO 2`, those of other purchases `PO 1`.
"""

from shared.errors import Conflict


class PoNumberRequired(Conflict):
    """The vendor wants a purchase order number on invoices, and there is none."""

    code = "po_number_required"


def calculate(*, next_only: str | None, subscription: str | None, customer: str | None) -> str | None:
    """What is printed; None where there is none."""
    return next_only or subscription or customer


def is_missing(*, is_required: bool, number: str | None) -> bool:
    """Whether the customer must give a number first, having this one."""
    return is_required and number is None
