"""Issued invoices as they are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, cast

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from services.invoices.models import Invoice, InvoiceLine, Retention
from services.invoices.queries.dated import dated_within
from services.invoices.rules.finalization import FinalInvoice, FinalLine, Status
from services.invoices.rules.period import Period
from shared.errors import NotFound
from shared.totals import TaxTotal, Totals

ROW: Final = Invoice
"""What `listing` selects; for paging."""


@dataclass(frozen=True, kw_only=True)
class RetentionView:
    """Why the invoice of somebody who was erased is kept, and its last day here."""

    ground: str
    delete_after: date


@dataclass(frozen=True, kw_only=True)
class InvoiceView:
    """An issued invoice: its id, its mode, and what it says. `retention` only where its customer was erased."""

    id: str
    mode: str
    final: FinalInvoice
    retention: RetentionView | None = None


def invoice(session: Session, *, invoice_id: str) -> InvoiceView:
    """One invoice with its lines. Raises NotFound."""
    row = session.scalar(select(Invoice).where(Invoice.id == invoice_id))
    if row is None:
        raise NotFound(kind="invoice")
    lines = session.scalars(select(InvoiceLine).where(InvoiceLine.invoice == invoice_id).order_by(InvoiceLine.position))
    return view(row, lines.all(), kept=_kept(session, [invoice_id]).get(invoice_id))


def listing(
    *,
    year: int | None = None,
    total_min: int | None = None,
    total_max: int | None = None,
    email: str | None = None,
    period: Period | None = None,
    **same: str | None,
) -> Select[Invoice]:
    """Invoices to page through. `year` is that of the payment, in UTC: the day that a history shows.

    Totals in minor units. `email`: whose buyer has this address on it, in any case; `period`: dated within it.
    `same`: customer, subscription, number, status or currency, as the column has it.
    """
    found = select(Invoice).where(
        *(getattr(Invoice, name) == value for name, value in same.items() if value is not None)
    )
    if total_min is not None:
        found = found.where(Invoice.total >= total_min)
    if total_max is not None:
        found = found.where(Invoice.total <= total_max)
    if email is not None:
        found = found.where(bought_by(email))
    if period is not None:
        found = found.where(dated_within(period))
    if year is not None:
        first, following = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
        found = found.where(Invoice.paid_at >= first, Invoice.paid_at < following)
    return found


def bought_by(email: str) -> ColumnElement[bool]:
    """Whether the address is that of the invoice's buyer, as it was at issue, in any case."""
    return func.lower(Invoice.buyer["email"].as_string()) == email.lower()


def with_lines(session: Session, rows: Sequence[Invoice]) -> Sequence[InvoiceView]:
    """These invoices with their lines, in the same order; two statements for all of them."""
    by_invoice: dict[str, list[InvoiceLine]] = {row.id: [] for row in rows}
    for line in session.scalars(
        select(InvoiceLine)
        .where(InvoiceLine.invoice.in_(by_invoice))
        .order_by(InvoiceLine.invoice, InvoiceLine.position)
    ):
        by_invoice[line.invoice].append(line)
    kept = _kept(session, list(by_invoice))
    return [view(row, by_invoice[row.id], kept=kept.get(row.id)) for row in rows]


def _kept(session: Session, invoices: Sequence[str]) -> dict[str, RetentionView]:
    rows = session.scalars(select(Retention).where(Retention.invoice.in_(invoices)))
    return {row.invoice: RetentionView(ground=row.ground, delete_after=row.delete_after) for row in rows}


def view(row: Invoice, lines: Sequence[InvoiceLine], *, kept: RetentionView | None = None) -> InvoiceView:
    """What an invoice's rows say."""
    return InvoiceView(
        id=row.id,
        mode=row.mode,
        retention=kept,
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
