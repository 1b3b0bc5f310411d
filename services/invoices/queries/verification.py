"""Whether all that was issued is as it must be: gapless, adding up, dated in order, its documents intact."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from services.invoices.models import Document, Invoice, InvoiceLine, Seller, Series
from services.invoices.queries import credit_verification
from services.invoices.queries.findings import Fault, Found, SeriesReport, check_document, check_order, report
from services.invoices.rules import agreement, numbering
from services.invoices.rules.numbering import CREDIT_NOTES
from shared.errors import NotFound, Refusal

_BATCH: Final = 500


def verify(session: Session, *, vendor: str | None, mode: str | None) -> Iterator[SeriesReport]:
    """Series by series, in constant memory. `vendor` is a slug or an id. Raises NotFound for an unknown vendor."""
    chosen = select(Series, Seller.slug).join(Seller, Seller.vendor == Series.vendor)
    if vendor is not None:
        known = session.scalar(select(Seller.vendor).where((Seller.slug == vendor) | (Seller.vendor == vendor)))
        if known is None:
            raise NotFound(kind="vendor")
        chosen = chosen.where(Series.vendor == known)
    if mode is not None:
        chosen = chosen.where(Series.mode == mode)
    for series, slug in session.execute(chosen.order_by(Seller.slug, Series.mode, Series.name)).all():
        of_series = credit_verification.verify if series.name == CREDIT_NOTES else _verify_series
        yield of_series(session, series, slug)


def _verify_series(session: Session, series: Series, slug: str) -> SeriesReport:
    found = Found()
    for batch in _batches(session, series):
        lines = _lines(session, batch)
        for row in batch:
            check_order(row, series, found)
            _check_sum(row, lines.get(row.id, []), found)
    for payment, times in _doubles(session, series):
        found.faults.append(Fault("", f"payment {payment} has {times} invoices"))
    _check_documents(session, series, found)
    return report(found, series=series, slug=slug)


def _batches(session: Session, series: Series) -> Iterator[Sequence[Row[Any]]]:
    """The series' invoices in order. Not by offset: each batch begins after the last number seen."""
    after = numbering.FIRST - 1
    statement: Select[*tuple[Any, ...]] = select(
        Invoice.id,
        Invoice.sequence,
        Invoice.number,
        Invoice.issued_at,
        Invoice.currency,
        Invoice.net,
        Invoice.tax,
        Invoice.total,
        Invoice.tax_behavior,
        Invoice.line_count,
    ).where(Invoice.vendor == series.vendor, Invoice.mode == series.mode, Invoice.series == series.id)
    while True:
        rows = session.execute(statement.where(Invoice.sequence > after).order_by(Invoice.sequence).limit(_BATCH)).all()
        if not rows:
            return
        yield rows
        after = rows[-1].sequence


def _lines(session: Session, batch: Sequence[Row[Any]]) -> dict[str, list[dict[str, Any]]]:
    statement = select(
        InvoiceLine.invoice,
        InvoiceLine.description,
        InvoiceLine.quantity,
        InvoiceLine.unit_amount,
        InvoiceLine.amount,
        InvoiceLine.tax_rate,
    ).where(InvoiceLine.invoice.in_([row.id for row in batch]))
    by_invoice: dict[str, list[dict[str, Any]]] = {}
    for row in session.execute(statement):
        by_invoice.setdefault(row.invoice, []).append(dict(row._mapping))
    return by_invoice


def _check_sum(row: Row[Any], lines: list[dict[str, Any]], found: Found) -> None:
    if len(lines) != row.line_count:
        found.faults.append(Fault(row.number, f"has {len(lines)} lines, was issued with {row.line_count}"))
    try:
        agreement.decide(
            lines=lines,
            currency=row.currency,
            tax_behavior=row.tax_behavior,
            net=row.net,
            tax=row.tax,
            total=row.total,
        )
    except Refusal as refusal:
        found.faults.append(Fault(row.number, f"does not add up: {refusal.code} {refusal.params}"))
    found.sums[row.currency] = found.sums.get(row.currency, 0) + row.total


def _doubles(session: Session, series: Series) -> Sequence[tuple[str, int]]:
    """Payments with more than one invoice, which the database should have refused."""
    rows = session.execute(
        select(Invoice.payment, func.count().label("times"))
        .where(Invoice.vendor == series.vendor, Invoice.mode == series.mode)
        .group_by(Invoice.payment)
        .having(func.count() > 1)
    )
    return [(row.payment, row.times) for row in rows]


def _check_documents(session: Session, series: Series, found: Found) -> None:
    stored = session.execute(
        select(Document.id, Invoice.number)
        .join(Invoice, Invoice.id == Document.invoice)
        .where(Invoice.vendor == series.vendor, Invoice.mode == series.mode, Invoice.series == series.id)
        .order_by(Invoice.sequence)
    ).all()
    for document in stored:
        check_document(session, Document, document=document.id, number=document.number, found=found)
