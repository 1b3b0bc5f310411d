"""Archives and statements: what is in them, how far they are, and which the clock looks at."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.invoices.models import Archive, CreditNote, Invoice, Seller
from services.invoices.queries.dated import dated_within, refunded_within
from services.invoices.queries.documents import Paper
from services.invoices.rules.period import Period, decide
from shared.database import scope
from shared.errors import NotFound

ROW: Final = Archive
"""What `listing` selects; for paging."""

Item = Paper
"""One document in an archive."""


@dataclass(frozen=True, kw_only=True)
class ArchiveView:
    """An archive or statement. `done` of `total` documents are made; `size` in bytes, unknown of a ZIP.

    It can be fetched while it is `ready`, until `expires_at`. Where it `is_chosen`, its documents were chosen one by
    one, and there may be more in its period.
    """

    id: str
    mode: str
    kind: str
    customer: str | None
    format: str
    period: str
    first_day: date
    last_day: date
    subscription: str | None
    is_chosen: bool
    locale: str
    status: str
    total: int
    done: int
    size: int | None
    requested_at: datetime
    ready_at: datetime | None
    expires_at: datetime | None

    @property
    def days(self) -> Period:
        """What it is of."""
        return Period(first=self.first_day, last=self.last_day)


@dataclass(frozen=True, kw_only=True)
class DueArchive:
    """One that the clock goes on with."""

    id: str
    kind: str
    vendor: str
    mode: str


def record(session: Session, *, archive_id: str, kind: str, now: datetime) -> ArchiveView:
    """One of them. Raises NotFound."""
    row = session.scalar(select(Archive).where(Archive.id == archive_id, Archive.kind == kind))
    if row is None:
        raise NotFound(kind=kind)
    return view(row, now=now)


def listing(*, kind: str, customer: str | None = None) -> Select[Archive]:
    """Those of a kind, to page through."""
    found = select(Archive).where(Archive.kind == kind)
    return found if customer is None else found.where(Archive.customer == customer)


def view(row: Archive, *, now: datetime) -> ArchiveView:
    """A row as a view: what can't be fetched any more is expired, before the clock wrote it down too."""
    is_over = row.status == "ready" and row.expires_at is not None and now >= row.expires_at
    same = (field for field in ArchiveView.__dataclass_fields__ if field != "status")
    return ArchiveView(status="expired" if is_over else row.status, **{name: getattr(row, name) for name in same})


def content(session: Session, *, archive_id: str) -> bytes | None:
    """What was put together in advance; None for a ZIP."""
    return session.scalar(select(Archive.content).where(Archive.id == archive_id))


def documents(session: Session, *, archive_id: str) -> list[Item]:
    """What is in it, in its order. Empty once it expired."""
    found: list[Any] | None = session.scalar(select(Archive.documents).where(Archive.id == archive_id))
    return [Paper(kind, each) for kind, each in found or []]


def due(session: Session, *, now: datetime) -> DueArchive | None:
    """The one that waits longest for somebody to go on with it."""
    row = session.execute(
        select(Archive.id, Archive.kind, Archive.vendor, Archive.mode)
        .where(Archive.status == "pending", Archive.due_at <= now)
        .order_by(Archive.due_at, Archive.id)
        .limit(1)
    ).first()
    return None if row is None else DueArchive(id=row.id, kind=row.kind, vendor=row.vendor, mode=row.mode)


def chosen(
    session: Session,
    *,
    period: Period,
    customer: str | None,
    subscription: str | None,
    without_payments: Collection[str] = (),
) -> list[Item]:
    """The documents of the period: invoices in the order of their numbers, then credit notes in that of theirs."""
    invoices = select(Invoice.id, Invoice.payment).where(dated_within(period))
    notes = (
        select(CreditNote.id, Invoice.payment)
        .join(Invoice, Invoice.id == CreditNote.invoice)
        .where(refunded_within(period))
    )
    if customer is not None:
        invoices, notes = invoices.where(Invoice.customer == customer), notes.where(CreditNote.customer == customer)
    if subscription is not None:
        invoices, notes = (each.where(Invoice.subscription == subscription) for each in (invoices, notes))
    left_out = set(without_payments)
    in_order: tuple[tuple[Literal["invoice", "credit_note"], Any], ...] = (
        ("invoice", invoices.order_by(Invoice.series, Invoice.sequence)),
        ("credit_note", notes.order_by(CreditNote.series, CreditNote.sequence)),
    )
    return [
        Paper(kind, row.id)
        for kind, statement in in_order
        for row in session.execute(statement)
        if row.payment not in left_out
    ]


def days_of(session: Session, written: str | None) -> Period | None:
    """The period that the scope's seller means by that, if anything is written. Raises NoSuchPeriod."""
    return None if written is None else decide(written, fiscal_year_start=fiscal_year_start(session))


def fiscal_year_start(session: Session) -> int:
    """The month in which the seller's financial year begins; January where nobody said."""
    profile = session.scalar(select(Seller.profile).where(Seller.vendor == scope.current().vendor)) or {}
    return int(profile.get("fiscal_year_start") or 1)
