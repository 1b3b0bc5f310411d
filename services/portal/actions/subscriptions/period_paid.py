"""What was charged for the period that runs, and what of that still counts."""

from collections.abc import Sequence
from typing import Any, Final

from services.portal.actions.subscriptions import giving_back
from services.portal.models import Payment, Subscription
from services.portal.rules.subscriptions import addons
from services.portal.rules.subscriptions.lifecycle import Status
from services.portal.rules.subscriptions.period import Period
from shared.totals import Line

WHOLE_PERIODS: Final = ("start", "renewal", "resume")
ADDON: Final = "addon"
"""The kind of a payment for add-ons."""


def lines(row: Subscription, payments: Sequence[Payment], running: Period) -> Sequence[Line]:
    """The lines that were charged for the running period, less what was refunded, and those still to be charged.

    A period that was not charged here, because the vendor collected it, counts as paid at the agreed price, and so do
    the add-ons that are there.
    """
    if not any(_is_for_all(each, running) for each in payments):
        amount = 0 if row.status is Status.TRIALING else row.quantity * row.unit_amount
        start, end = running.start.isoformat(), running.end.isoformat()
        return [
            Line(description="", quantity=1, amount=amount, tax_rate=row.tax_rate, period_start=start, period_end=end),
            *(() if row.status is Status.TRIALING else addons.lines(addons.of(row.addons), running)),
        ]
    stored = [line for payment in payments for line in _less_refunded(payment)]
    return [Line(**line) for line in (*stored, *row.pending_lines)]


def _is_for_all(payment: Payment, running: Period) -> bool:
    """Is it for the plan and all that was there, and not for one more add-on?"""
    return payment.kind in WHOLE_PERIODS or (payment.kind != ADDON and payment.period_start == running.start)


def _less_refunded(payment: Payment) -> Sequence[dict[str, Any]]:
    """The lines as far as their money was not given back; what was paid with credit counts as before."""
    if not payment.refunded:
        return payment.lines
    whole = payment.total + giving_back.worth_of(payment).credit.total
    left = whole - payment.refunded
    return [{**line, "amount": line["amount"] * left // whole, "unit_amount": None} for line in payment.lines]
