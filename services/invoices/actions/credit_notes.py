"""Issuing credit notes: one for every refund that succeeded."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.invoices.actions import series
from services.invoices.models import CreditNote, Invoice
from services.invoices.rules import credit, numbering
from shared import ids
from shared.bus import outbox
from shared.errors import NotFound
from shared.events import CreditNoteIssued, RefundSucceeded
from shared.totals import TaxTotal, Totals


class InvoiceUnknown(NotFound):
    """The invoice of what was refunded is not issued yet."""

    code = "invoice_unknown"


def issue(session: Session, *, refund: RefundSucceeded, now: datetime) -> str:
    """The id of the refund's credit note, issued now if it was not already; recorded as `credit_note.issued`.

    The counter of the series is ours until we commit, so credit notes of a vendor are issued one after the other.
    Raises InvoiceUnknown, and what the rule raises for a refund that the invoice does not cover.
    """
    counter = series.taken(session.connection(), name=numbering.CREDIT_NOTES)
    issued = session.scalar(select(CreditNote.id).where(CreditNote.refund == refund.refund))
    if issued is not None:
        return issued
    invoice = session.scalar(select(Invoice).where(Invoice.payment == refund.payment))
    if invoice is None:
        raise InvoiceUnknown(payment=refund.payment)
    totals = credit.decide(
        invoice=_totals(invoice),
        credited=_credited(session, invoice),
        amount=refund.amount,
        currency=refund.currency,
    )
    numbered = numbering.calculate(next_sequence=counter.next_sequence, prefix=counter.prefix)
    note = CreditNote(
        id=ids.new("cn"),
        series=counter.id,
        sequence=numbered.sequence,
        number=numbered.number,
        invoice=invoice.id,
        customer=invoice.customer,
        refund=refund.refund,
        currency=totals.currency,
        net=totals.net,
        tax=totals.tax,
        total=totals.total,
        taxes=[{"rate": each.rate, "net": each.net, "tax": each.tax} for each in totals.taxes],
        issued_at=now if counter.last_issued_at is None else max(now, counter.last_issued_at),
        refunded_at=datetime.fromisoformat(refund.refunded_at),
        locale=refund.locale or invoice.locale,
    )
    session.add(note)
    session.flush()
    series.count(session.connection(), series=counter.id, following=numbered.following, issued_at=note.issued_at)
    outbox.record(session, _issued(note, invoice), at=note.issued_at)
    return note.id


def _totals(invoice: Invoice) -> Totals:
    return Totals(
        currency=invoice.currency,
        net=invoice.net,
        tax=invoice.tax,
        total=invoice.total,
        taxes=_taxes(invoice.taxes),
    )


def _credited(session: Session, invoice: Invoice) -> list[TaxTotal]:
    """What credit notes before took back, rate by rate."""
    before = session.scalars(select(CreditNote.taxes).where(CreditNote.invoice == invoice.id))
    return [tax for taxes in before for tax in _taxes(taxes)]


def _taxes(kept: Sequence[dict[str, int]]) -> tuple[TaxTotal, ...]:
    return tuple(TaxTotal(each["rate"], each["net"], each["tax"]) for each in kept)


def _issued(note: CreditNote, invoice: Invoice) -> CreditNoteIssued:
    return CreditNoteIssued(
        credit_note=note.id,
        number=note.number,
        invoice=invoice.id,
        invoice_number=invoice.number,
        order_number=invoice.order_number,
        customer=note.customer,
        subscription=invoice.subscription,
        payment=invoice.payment,
        refund=note.refund,
        currency=note.currency,
        net=note.net,
        tax=note.tax,
        total=note.total,
        issued_at=note.issued_at.isoformat(),
        refunded_at=note.refunded_at.isoformat(),
        historical=invoice.historical,
        locale=note.locale,
    )
