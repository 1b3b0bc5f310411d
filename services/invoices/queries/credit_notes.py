"""Issued credit notes as they are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.invoices.models import CreditNote, Invoice
from services.invoices.queries.dated import refunded_within
from services.invoices.queries.invoices import bought_by
from services.invoices.rules.credit import FinalCredit
from services.invoices.rules.period import Period
from shared.errors import NotFound
from shared.totals import TaxTotal, Totals

ROW: Final = CreditNote
"""What `listing` selects; for paging."""


@dataclass(frozen=True, kw_only=True)
class CreditNoteView:
    """An issued credit note. Positive amounts; `invoice` is credited: its number, date and payment."""

    id: str
    mode: str
    number: str
    invoice: str
    invoice_number: str
    invoice_issued_at: datetime
    order_number: str
    payment: str
    subscription: str | None
    customer: str
    refund: str
    totals: Totals
    issued_at: datetime
    refunded_at: datetime
    historical: bool
    locale: str

    @property
    def final(self) -> FinalCredit:
        """What its documents say."""
        return FinalCredit(
            number=self.number,
            totals=self.totals,
            issued_at=self.issued_at,
            refunded_at=self.refunded_at,
            locale=self.locale,
        )


def credit_note(session: Session, *, credit_note_id: str) -> CreditNoteView:
    """One of them. Raises NotFound."""
    row = session.scalar(select(CreditNote).where(CreditNote.id == credit_note_id))
    if row is None:
        raise NotFound(kind="credit_note")
    return views(session, [row])[0]


def listing(
    *,
    customer: str | None = None,
    invoice: str | None = None,
    refund: str | None = None,
    number: str | None = None,
    email: str | None = None,
    period: Period | None = None,
) -> Select[CreditNote]:
    """Credit notes to page through. `email`: the buyer's on the invoice, in any case; `period`: refunded within it."""
    found = select(CreditNote)
    if customer is not None:
        found = found.where(CreditNote.customer == customer)
    if invoice is not None:
        found = found.where(CreditNote.invoice == invoice)
    if refund is not None:
        found = found.where(CreditNote.refund == refund)
    if number is not None:
        found = found.where(CreditNote.number == number)
    if email is not None:
        found = found.where(CreditNote.invoice.in_(select(Invoice.id).where(bought_by(email))))
    if period is not None:
        found = found.where(refunded_within(period))
    return found


def of_invoice(session: Session, *, invoice_id: str) -> list[CreditNoteView]:
    """Those of one invoice, in their order."""
    rows = session.scalars(listing(invoice=invoice_id).order_by(CreditNote.sequence)).all()
    return views(session, rows)


def views(session: Session, rows: Sequence[CreditNote]) -> list[CreditNoteView]:
    """These credit notes, in the same order; one statement for the invoices of all of them."""
    credited = {
        invoice.id: invoice
        for invoice in session.scalars(select(Invoice).where(Invoice.id.in_({row.invoice for row in rows})))
    }
    return [_view(row, credited[row.invoice]) for row in rows]


def _view(row: CreditNote, invoice: Invoice) -> CreditNoteView:
    return CreditNoteView(
        id=row.id,
        mode=row.mode,
        number=row.number,
        invoice=row.invoice,
        invoice_number=invoice.number,
        invoice_issued_at=invoice.issued_at,
        order_number=invoice.order_number,
        payment=invoice.payment,
        subscription=invoice.subscription,
        customer=row.customer,
        refund=row.refund,
        totals=Totals(
            currency=row.currency,
            net=row.net,
            tax=row.tax,
            total=row.total,
            taxes=tuple(TaxTotal(each["rate"], each["net"], each["tax"]) for each in row.taxes),
        ),
        issued_at=row.issued_at,
        refunded_at=row.refunded_at,
        historical=invoice.historical,
        locale=row.locale,
    )
