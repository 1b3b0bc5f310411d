"""The last bill of a subscription that ends: what waited for a renewal is charged, or becomes credit, once.

Whatever becomes of its payment, the subscription stays ended. Declined, it is tried again as the vendor's schedule
says; after that it stays open, for the customer to pay or the vendor to forgive.
"""

from datetime import datetime
from typing import Final, cast

from sqlalchemy.orm import Session

from services.portal.actions.payments.bills import Bill
from services.portal.models import Payment, Subscription
from services.portal.queries import billing, closings
from services.portal.rules.payments import dunning
from services.portal.rules.subscriptions import closing
from shared.totals import TaxBehavior

KIND: Final = "final"


def take(row: Subscription, *, used_until: datetime | None = None) -> Bill | None:
    """What is still to be settled, off the row, which is locked: nobody finds it a second time. None: nothing."""
    lines = closings.lines_of(row, used_until=used_until)
    row.pending_lines = []
    if not lines:
        return None
    return Bill(
        customer=row.customer,
        subscription=row.id,
        product=row.product,
        kind=KIND,
        period=closing.period(lines),
        lines=lines,
        currency=row.currency,
        tax_behavior=cast("TaxBehavior", row.tax_behavior),
        payment_method=row.payment_method,
    )


def declined(session: Session, payment: Payment, *, now: datetime) -> None:
    """It is owed still, and tried again on the days of the schedule. Nothing else changes: it is over already."""
    days = billing.settings(session).retry_days
    schedule = dunning.decide(first_failed_at=payment.failed_at or now, retry_days=days, now=now)
    payment.retry_at = schedule.retry_at
