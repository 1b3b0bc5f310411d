"""On which day the history shows a document: an invoice on that of its payment, while nothing is paid on its own."""

from typing import Final

from sqlalchemy import ColumnElement, and_, case, or_

from services.invoices.models import CreditNote, Invoice
from services.invoices.rules.period import Period

PAID: Final = "paid"
DATED: Final = case((Invoice.status == PAID, Invoice.paid_at), else_=Invoice.issued_at)
"""The moment that the history shows."""


def dated_within(period: Period) -> ColumnElement[bool]:
    """Whether the history shows the invoice on a day of the period."""
    return or_(
        and_(Invoice.status == PAID, Invoice.paid_at >= period.begins, Invoice.paid_at < period.ends),
        and_(Invoice.status != PAID, Invoice.issued_at >= period.begins, Invoice.issued_at < period.ends),
    )


def refunded_within(period: Period) -> ColumnElement[bool]:
    """Whether the history shows the credit note on a day of the period: that of the refund."""
    return and_(CreditNote.refunded_at >= period.begins, CreditNote.refunded_at < period.ends)
