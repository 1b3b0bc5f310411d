"""Issued documents as the console lists them, and the number series they stand in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.invoices.models import CreditNote, Invoice, Seller, Series
from services.invoices.queries import credit_notes, invoices
from services.invoices.queries.dated import PAID
from services.invoices.queries.documents import PaperKind
from services.invoices.queries.findings import SeriesReport
from services.invoices.queries.verification import verify
from services.invoices.rules import numbering
from shared.database import scope
from shared.money import Money

ROWS: Final[dict[PaperKind, Any]] = {"invoice": Invoice, "credit_note": CreditNote}
"""What `listing` selects, by the kind of paper; for paging."""
STATUSES: Final = ("paid", "open", "void", "uncollectible")


@dataclass(frozen=True, kw_only=True)
class Line:
    """A document in the list. `buyer` and `email` as the document has them, None where it names none; `at` the day that
    the history shows.
    """

    kind: PaperKind
    id: str
    number: str
    at: datetime
    status: str
    total: Money
    customer: str
    buyer: str | None
    email: str | None


@dataclass(frozen=True, kw_only=True)
class SeriesView:
    """A number series: what was counted, which number comes next, and when the last one was issued."""

    name: str
    count: int
    next_number: str
    last_issued_at: datetime | None


def listing(kind: PaperKind, *, status: str | None = None, **asked: Any) -> Select[Any]:
    """Documents of a kind to page through, asked for as `invoices.listing` and `credit_notes.listing` are."""
    if kind == "invoice":
        return invoices.listing(status=status, **asked)
    return credit_notes.listing(**asked)


def lines(session: Session, kind: PaperKind, rows: Sequence[Any]) -> list[Line]:
    """These rows of a listing, in the same order."""
    if kind == "invoice":
        return [_of_invoice(row) for row in rows]
    credited = {row.invoice for row in rows}
    of = {each.id: each for each in session.scalars(select(Invoice).where(Invoice.id.in_(credited)))}
    return [_of_note(row, of[row.invoice]) for row in rows]


def series(session: Session) -> list[SeriesView]:
    """The scope's series, those too that nothing was issued in."""
    rows = {row.name: row for row in session.scalars(select(Series))}
    found = []
    for name, prefix in numbering.PREFIXES.items():
        row = rows.get(name)
        following = row.next_sequence if row else numbering.FIRST
        numbered = numbering.calculate(next_sequence=following, prefix=row.prefix if row else prefix)
        found.append(
            SeriesView(
                name=name,
                count=following - numbering.FIRST,
                next_number=numbered.number,
                last_issued_at=row.last_issued_at if row else None,
            )
        )
    return found


def check(session: Session) -> list[SeriesReport]:
    """Whether all that the scope's vendor issued in this mode is as it must be. Looks at every document."""
    here = scope.current()
    if session.scalar(select(Seller.vendor).where(Seller.vendor == here.vendor)) is None:
        return []
    return list(verify(session, vendor=here.vendor, mode=here.mode))


def _of_invoice(row: Invoice) -> Line:
    return Line(
        kind="invoice",
        id=row.id,
        number=row.number,
        at=row.paid_at if row.status == PAID else row.issued_at,
        status=row.status,
        total=Money(row.total, row.currency),
        **_whose(row),
    )


def _of_note(row: CreditNote, invoice: Invoice) -> Line:
    return Line(
        kind="credit_note",
        id=row.id,
        number=row.number,
        at=row.refunded_at,
        status="refunded",
        total=-Money(row.total, row.currency),
        **_whose(invoice),
    )


def _whose(invoice: Invoice) -> dict[str, Any]:
    buyer = invoice.buyer
    return {
        "customer": invoice.customer,
        "buyer": buyer.get("company") or buyer.get("display_name"),
        "email": buyer.get("email"),
    }
