"""Exports of what is held of a customer."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.portal.models import Export
from shared.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class ExportView:
    """An export. `size` in bytes; `expires_at` is until when it can be fetched, once it is ready."""

    id: str
    customer: str
    status: str
    requested_at: datetime
    ready_at: datetime | None
    expires_at: datetime | None
    fetched_at: datetime | None
    size: int | None


def record(session: Session, *, export_id: str, customer_id: str | None = None, now: datetime) -> ExportView:
    """One, of this customer where one is named. Raises NotFound."""
    wanted = select(Export).where(Export.id == export_id)
    if customer_id is not None:
        wanted = wanted.where(Export.customer == customer_id)
    row = session.scalars(wanted).one_or_none()
    if row is None:
        raise NotFound
    return view(row, now=now)


def listing(*, customer_id: str) -> Select[Export]:
    """Those of a customer."""
    return select(Export).where(Export.customer == customer_id)


def newest(session: Session, *, customer_id: str, now: datetime) -> ExportView | None:
    """The one of this customer that was asked for last, if any was."""
    row = session.scalars(listing(customer_id=customer_id).order_by(Export.id.desc()).limit(1)).first()
    return None if row is None else view(row, now=now)


def latest(session: Session, *, now: datetime) -> tuple[ExportView, ...]:
    """The newest of each customer in scope."""
    rows = session.scalars(select(Export).order_by(Export.customer, Export.id.desc()))
    newest: dict[str, Export] = {}
    for row in rows:
        newest.setdefault(row.customer, row)
    return tuple(view(row, now=now) for row in newest.values())


def view(row: Export, *, now: datetime) -> ExportView:
    """A row as a view: what can't be fetched any more is expired, before the clock wrote it down too."""
    is_over = row.status == "ready" and row.expires_at is not None and now >= row.expires_at
    return ExportView(
        id=row.id,
        customer=row.customer,
        status="expired" if is_over else row.status,
        requested_at=row.requested_at,
        ready_at=row.ready_at,
        expires_at=row.expires_at,
        fetched_at=row.fetched_at,
        size=row.size,
    )
