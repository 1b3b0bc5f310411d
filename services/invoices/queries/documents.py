"""Issued documents, and which are still to be made."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.invoices.models import CreditNote, CreditNoteDocument, Document, DueDocument, Invoice
from services.invoices.queries import credit_notes, invoices, logos
from services.invoices.queries.invoices import InvoiceView
from services.invoices.queries.logos import Mark
from services.invoices.rules.credit import FinalCredit
from services.invoices.rules.finalization import FinalInvoice
from shared.errors import NotFound


class Form(StrEnum):
    """What a document is issued as: a PDF for people, EN 16931 as CII and as UBL, a PDF/A-3 with CII in it."""

    PDF = "pdf"
    XML = "xml"
    UBL = "ubl"
    FACTURX = "facturx"


PaperKind = Literal["invoice", "credit_note"]


@dataclass(frozen=True)
class Paper:
    """Whose document: an invoice's or a credit note's."""

    kind: PaperKind
    id: str


@dataclass(frozen=True, kw_only=True)
class Content:
    """What is written on a paper; `credit` on that of a credit note, beside the invoice that it credits."""

    final: FinalInvoice
    credit: FinalCredit | None
    locale: str
    is_test: bool
    mark: Mark


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


def stored(session: Session, *, paper: Paper, form: Form) -> DocumentView | None:
    """The document as it is kept; None when there is none yet. Raises NotFound for a paper that is not the caller's."""
    if paper.kind == "invoice":
        named = session.execute(select(Invoice.number, Invoice.locale).where(Invoice.id == paper.id)).first()
        of = select(Document.content, Document.sha256).where(Document.invoice == paper.id, Document.kind == form)
    else:
        named = session.execute(select(CreditNote.number, CreditNote.locale).where(CreditNote.id == paper.id)).first()
        of = select(CreditNoteDocument.content, CreditNoteDocument.sha256).where(
            CreditNoteDocument.credit_note == paper.id, CreditNoteDocument.kind == form
        )
    if named is None:
        raise NotFound(kind=paper.kind)
    found = session.execute(of).first()
    if found is None:
        return None
    return DocumentView(
        number=named.number,
        locale=named.locale,
        content=found.content,
        sha256=found.sha256,
        is_intact=hashlib.sha256(found.content).hexdigest() == found.sha256,
    )


def content(session: Session, *, paper: Paper) -> Content:
    """What is to be written. Raises NotFound."""
    if paper.kind == "invoice":
        view = invoices.invoice(session, invoice_id=paper.id)
        return _content(session, view, credit=None, locale=view.final.locale)
    note = credit_notes.credit_note(session, credit_note_id=paper.id)
    credited = invoices.invoice(session, invoice_id=note.invoice)
    return _content(session, credited, credit=note.final, locale=note.locale)


def _content(session: Session, invoice: InvoiceView, *, credit: FinalCredit | None, locale: str) -> Content:
    return Content(
        final=invoice.final,
        credit=credit,
        locale=locale,
        is_test=invoice.mode == "test",
        mark=logos.mark(session, seller=invoice.final.seller),
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
