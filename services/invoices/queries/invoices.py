"""Issued invoices as they are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.invoices.models import Invoice, InvoiceLine
from services.invoices.rules.finalization import FinalInvoice, FinalLine, Status
from shared.errors import NotFound
from shared.totals import TaxTotal, Totals

ROW: Final = Invoice
"""What `listing` selects; for paging."""


@dataclass(frozen=True, kw_only=True)
class InvoiceView:
    """An issued invoice: its id, its mode, and what it says."""

    id: str
    mode: str
    final: FinalInvoice


def invoice(session: Session, *, invoice_id: str) -> InvoiceView:
    """One invoice with its lines. Raises NotFound."""
    row = session.scalar(select(Invoice).where(Invoice.id == invoice_id))
    if row is None:
        raise NotFound(kind="invoice")
    lines = session.scalars(select(InvoiceLine).where(InvoiceLine.invoice == invoice_id).order_by(InvoiceLine.position))
    return view(row, lines.all())


def listing(
    *, customer: str | None = None, subscription: str | None = None, number: str | None = None, year: int | None = None
) -> Select[Invoice]:
    """Invoices to page through. `year` is that of the payment, in UTC: the day that a history shows."""
    found = select(Invoice)
    if customer is not None:
        found = found.where(Invoice.customer == customer)
    if subscription is not None:
        found = found.where(Invoice.subscription == subscription)
    if number is not None:
        found = found.where(Invoice.number == number)
    if year is not None:
        first, following = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
        found = found.where(Invoice.paid_at >= first, Invoice.paid_at < following)
    return found


def with_lines(session: Session, rows: Sequence[Invoice]) -> Sequence[InvoiceView]:
    """These invoices with their lines, in the same order; one statement for all lines."""
    by_invoice: dict[str, list[InvoiceLine]] = {row.id: [] for row in rows}
    for line in session.scalars(
        select(InvoiceLine)
        .where(InvoiceLine.invoice.in_(by_invoice))
        .order_by(InvoiceLine.invoice, InvoiceLine.position)
    ):
        by_invoice[line.invoice].append(line)
    return [view(row, by_invoice[row.id]) for row in rows]


def view(row: Invoice, lines: Sequence[InvoiceLine]) -> InvoiceView:
    """What an invoice's rows say."""
    return InvoiceView(
        id=row.id,
        mode=row.mode,
        final=FinalInvoice(
            sequence=row.sequence,
            number=row.number,
            order_number=row.order_number,
            payment=row.payment,
            customer=row.customer,
            subscription=row.subscription,
            status=cast("Status", row.status),
            totals=Totals(
                currency=row.currency,
                net=row.net,
                tax=row.tax,
                total=row.total,
                taxes=tuple(TaxTotal(each["rate"], each["net"], each["tax"]) for each in row.taxes),
            ),
            tax_behavior=row.tax_behavior,
            lines=tuple(_line(line) for line in lines),
            description=row.description,
            issued_at=row.issued_at,
            paid_at=row.paid_at,
            historical=row.historical,
            locale=row.locale,
            seller=row.seller,
            buyer=row.buyer,
            method=row.method,
        ),
    )


def _line(line: InvoiceLine) -> FinalLine:
    return FinalLine(
        description=line.description,
        quantity=line.quantity,
        unit_amount=line.unit_amount,
        amount=line.amount,
        tax_rate=line.tax_rate,
        period_start=line.period_start,
        period_end=line.period_end,
    )
