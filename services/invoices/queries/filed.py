"""What the documents of an archive say, for its tables and its manifest, and what moved, for a statement."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from services.invoices.models import CreditNote, CreditNoteDocument, Document, Invoice, Seller
from services.invoices.queries import credit_notes, invoices
from services.invoices.queries.archives import Item
from services.invoices.queries.dated import DATED, PAID
from services.invoices.queries.documents import DocumentView, Form, Paper, PaperKind
from services.invoices.rules.period import Period
from services.invoices.rules.statement import Kind, Movement
from shared.database import scope
from shared.money import Money

_MOVES: Final[dict[tuple[str, str], tuple[Kind, ...]]] = {
    ("invoice", "paid"): (Kind.INVOICE, Kind.PAYMENT),
    ("invoice", "open"): (Kind.INVOICE,),
    ("invoice", "uncollectible"): (Kind.INVOICE,),
    ("invoice", "void"): (),
    ("credit_note", "refunded"): (Kind.CREDIT_NOTE, Kind.REFUND),
}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """One document in a line. Amounts of a credit note are below zero. `about`: the number of its invoice."""

    kind: str
    id: str
    number: str
    day: date
    order_number: str
    status: str
    description: str
    net: Money
    tax: Money
    total: Money
    customer: str
    subscription: str | None
    about: str | None
    issued_at: datetime


@dataclass(frozen=True, kw_only=True)
class Parties:
    """Who sells, by field as documents print them, and who buys, as they were called last."""

    seller: dict[str, Any]
    buyer: dict[str, Any]


def listed(session: Session, *, kind: PaperKind, asked: Mapping[str, Any], after: str | None, limit: int) -> list[Item]:
    """Some of the papers that the `listing` of their kind finds, newest first: those after the last one seen."""
    table: Any = Invoice if kind == "invoice" else CreditNote
    listing: Select[Any] = invoices.listing(**asked) if kind == "invoice" else credit_notes.listing(**asked)
    found = listing.with_only_columns(table.id).order_by(table.id.desc()).limit(limit)
    if after is not None:
        found = found.where(table.id < after)
    return [Paper(kind, each) for each in session.scalars(found)]


def facts(session: Session, items: Sequence[Item]) -> list[Facts]:
    """These documents, in the same order."""
    issued = {each.id: each for each in session.scalars(_of(Invoice, items, "invoice"))}
    notes = {each.id: each for each in session.scalars(_of(CreditNote, items, "credit_note"))}
    missing = {note.invoice for note in notes.values()} - set(issued)
    credited = {each.id: each for each in session.scalars(select(Invoice).where(Invoice.id.in_(missing)))}
    return [
        _of_invoice(issued[each.id])
        if each.kind == "invoice"
        else _of_note(notes[each.id], (issued | credited)[notes[each.id].invoice])
        for each in items
    ]


def documents(session: Session, items: Sequence[Item]) -> dict[tuple[Item, Form], DocumentView]:
    """What is stored of these, in every form."""
    found: dict[tuple[Item, Form], DocumentView] = {}
    for kind, table, of, issued in (
        ("invoice", Document, Document.invoice, Invoice),
        ("credit_note", CreditNoteDocument, CreditNoteDocument.credit_note, CreditNote),
    ):
        these = {each.id: each for each in items if each.kind == kind}
        rows = session.execute(
            select(issued.id, issued.number, issued.locale, table.kind, table.content, table.sha256)
            .join(issued, issued.id == of)
            .where(of.in_(these))
        )
        for row in rows:
            found[these[row.id], Form(row.kind)] = DocumentView(
                number=row.number,
                locale=row.locale,
                content=row.content,
                sha256=row.sha256,
                is_intact=hashlib.sha256(row.content).hexdigest() == row.sha256,
            )
    return found


def _of(model: Any, items: Sequence[Item], kind: str) -> Any:
    return select(model).where(model.id.in_([each.id for each in items if each.kind == kind]))


def _of_invoice(row: Invoice) -> Facts:
    return Facts(
        kind="invoice",
        id=row.id,
        number=row.number,
        day=(row.paid_at if row.status == PAID else row.issued_at).date(),
        order_number=row.order_number,
        status=row.status,
        description=row.description,
        net=Money(row.net, row.currency),
        tax=Money(row.tax, row.currency),
        total=Money(row.total, row.currency),
        customer=row.customer,
        subscription=row.subscription,
        about=None,
        issued_at=row.issued_at,
    )


def _of_note(row: CreditNote, invoice: Invoice) -> Facts:
    return Facts(
        kind="credit_note",
        id=row.id,
        number=row.number,
        day=row.refunded_at.date(),
        order_number=invoice.order_number,
        status="refunded",
        description=invoice.description,
        net=-Money(row.net, row.currency),
        tax=-Money(row.tax, row.currency),
        total=-Money(row.total, row.currency),
        customer=row.customer,
        subscription=invoice.subscription,
        about=invoice.number,
        issued_at=row.issued_at,
    )


def opening(session: Session, *, customer: str, period: Period) -> dict[str, int]:
    """What was owed when the period began, by currency: what was open then and is still."""
    rows = session.execute(
        select(Invoice.currency, func.sum(Invoice.total).label("owed"))
        .where(Invoice.customer == customer, Invoice.status.not_in((PAID, "void")), period.begins > DATED)
        .group_by(Invoice.currency)
    )
    return {row.currency: int(row.owed) for row in rows}


def movements(session: Session, items: Sequence[Item]) -> list[Movement]:
    """What these documents moved: an invoice that is paid charges and pays, a void one does neither."""
    found: list[Movement] = []
    for said in facts(session, items):
        found += [_movement(kind, said) for kind in _MOVES[said.kind, said.status]]
    return found


def _movement(kind: Kind, said: Facts) -> Movement:
    return Movement(
        day=said.day,
        kind=kind,
        number=said.number,
        description=said.description,
        currency=said.total.currency,
        amount=abs(said.total.amount),
    )


def parties(session: Session, *, customer: str) -> Parties:
    """Both, for a document about nobody's single invoice. The customer has one at least."""
    seller = session.scalars(select(Seller).where(Seller.vendor == scope.current().vendor)).one()
    buyer = session.scalar(
        select(Invoice.buyer).where(Invoice.customer == customer).order_by(Invoice.id.desc()).limit(1)
    )
    fields = ("legal_name", "address", "country", "tax_id", "email", "website", "brand_color", "logo")
    known = {name: seller.profile.get(name) for name in fields}
    return Parties(
        seller={**known, "display_name": seller.display_name, "address": known["address"] or []}, buyer=buyer or {}
    )
