"""Whether all credit notes are as they must be: gapless, dated in order, adding up, and within their invoices."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from services.invoices.models import CreditNote, CreditNoteDocument, Invoice, Series
from services.invoices.queries.findings import Fault, Found, SeriesReport, check_document, check_order, report
from services.invoices.rules import numbering

_BATCH: Final = 500


def verify(session: Session, series: Series, slug: str) -> SeriesReport:
    """One series of credit notes, in constant memory."""
    found = Found()
    for batch in _batches(session, series):
        before = _credited_before(session, batch)
        for row in batch:
            check_order(row, series, found)
            _check_sum(row, before, found)
    for refund, times in _doubles(session, series):
        found.faults.append(Fault("", f"refund {refund} has {times} credit notes"))
    for document in _documents(session, series):
        check_document(session, CreditNoteDocument, document=document.id, number=document.number, found=found)
    return report(found, series=series, slug=slug)


def _batches(session: Session, series: Series) -> Iterator[Sequence[Row[Any]]]:
    after = numbering.FIRST - 1
    statement: Select[*tuple[Any, ...]] = (
        select(
            CreditNote.sequence,
            CreditNote.number,
            CreditNote.issued_at,
            CreditNote.currency,
            CreditNote.net,
            CreditNote.tax,
            CreditNote.total,
            CreditNote.taxes,
            CreditNote.invoice,
            Invoice.number.label("invoice_number"),
            Invoice.taxes.label("invoiced"),
        )
        .join(Invoice, Invoice.id == CreditNote.invoice)
        .where(CreditNote.series == series.id)
    )
    while True:
        rows = session.execute(
            statement.where(CreditNote.sequence > after).order_by(CreditNote.sequence).limit(_BATCH)
        ).all()
        if not rows:
            return
        yield rows
        after = rows[-1].sequence


def _credited_before(session: Session, batch: Sequence[Row[Any]]) -> Counter[tuple[str, int, str]]:
    """What earlier credit notes took back of these invoices: by invoice, rate, and `net` or `tax`."""
    taken: Counter[tuple[str, int, str]] = Counter()
    earlier: Select[*tuple[Any, ...]] = select(CreditNote.invoice, CreditNote.taxes).where(
        CreditNote.invoice.in_({row.invoice for row in batch}), CreditNote.sequence < batch[0].sequence
    )
    for row in session.execute(earlier):
        _add(taken, row)
    return taken


def _add(taken: Counter[tuple[str, int, str]], row: Row[Any]) -> None:
    for each in row.taxes:
        for part in ("net", "tax"):
            taken[row.invoice, each["rate"], part] += each[part]


def _check_sum(row: Row[Any], taken: Counter[tuple[str, int, str]], found: Found) -> None:
    for part in ("net", "tax"):
        if sum(each[part] for each in row.taxes) != getattr(row, part):
            found.faults.append(Fault(row.number, f"its {part} is not that of its rates"))
    _add(taken, row)
    for rate in row.invoiced:
        for part in ("net", "tax"):
            if abs(taken[row.invoice, rate["rate"], part]) > abs(rate[part]):
                found.faults.append(
                    Fault(row.number, f"credits more {part} than invoice {row.invoice_number} has left")
                )
    found.sums[row.currency] = found.sums.get(row.currency, 0) + row.total


def _doubles(session: Session, series: Series) -> list[tuple[str, int]]:
    """Refunds with more than one credit note, which the database should have refused."""
    rows = session.execute(
        select(CreditNote.refund, func.count().label("times"))
        .where(CreditNote.vendor == series.vendor, CreditNote.mode == series.mode)
        .group_by(CreditNote.refund)
        .having(func.count() > 1)
    )
    return [(row.refund, row.times) for row in rows]


def _documents(session: Session, series: Series) -> Sequence[Row[str, str]]:
    return session.execute(
        select(CreditNoteDocument.id, CreditNote.number)
        .join(CreditNote, CreditNote.id == CreditNoteDocument.credit_note)
        .where(CreditNote.series == series.id)
        .order_by(CreditNote.sequence)
    ).all()
