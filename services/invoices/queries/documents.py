"""Issued documents, and which are still to be made."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.invoices.models import Document, DueDocument, Invoice
from shared.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class DocumentView:
    """A document as it was issued. `sha256` is what its content had then, `is_intact` whether it has it still."""

    number: str
    locale: str
    content: bytes
    sha256: str
    is_intact: bool


@dataclass(frozen=True, kw_only=True)
class Due:
    """An invoice whose document is to be made; `attempts` were made already."""

    invoice: str
    vendor: str
    mode: str
    attempts: int


def pdf(session: Session, *, invoice_id: str) -> DocumentView | None:
    """The stored PDF; None when there is none yet. Raises NotFound for an invoice that is not the caller's."""
    invoice = session.execute(select(Invoice.number, Invoice.locale).where(Invoice.id == invoice_id)).first()
    if invoice is None:
        raise NotFound(kind="invoice")
    stored = session.execute(
        select(Document.content, Document.sha256, Document.size).where(
            Document.invoice == invoice_id, Document.kind == "pdf"
        )
    ).first()
    if stored is None:
        return None
    return DocumentView(
        number=invoice.number,
        locale=invoice.locale,
        content=stored.content,
        sha256=stored.sha256,
        is_intact=hashlib.sha256(stored.content).hexdigest() == stored.sha256,
    )


def due(session: Session, *, now: datetime, limit: int) -> list[Due]:
    """Documents to make now, those that wait longest first."""
    rows = session.execute(
        select(DueDocument.invoice, DueDocument.vendor, DueDocument.mode, DueDocument.attempts)
        .where(DueDocument.due_at <= now)
        .order_by(DueDocument.due_at)
        .limit(limit)
    )
    return [Due(invoice=row.invoice, vendor=row.vendor, mode=row.mode, attempts=row.attempts) for row in rows]
