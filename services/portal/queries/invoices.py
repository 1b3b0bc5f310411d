"""The invoice history, from what the invoices service said: complete while that service is down."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from services.portal.models import Invoice, Payment
from services.portal.queries.portals import PortalView, hidden_products
from shared.errors import NotFound
from shared.money import Money


@dataclass(frozen=True, kw_only=True)
class InvoiceRow:
    """One line of the invoice history. `dated_at` is when it was paid; when it was issued, while it is open."""

    id: str
    number: str
    order_number: str
    dated_at: datetime
    description: str
    status: str
    net: Money
    tax: Money
    total: Money
    subscription: str | None


@dataclass(frozen=True, kw_only=True)
class InvoicePage:
    """A page of them, newest first. `next_cursor` is None on the last; `total` counts all pages."""

    rows: tuple[InvoiceRow, ...]
    next_cursor: str | None
    total: int


def history(
    session: Session,
    *,
    portal: PortalView,
    hidden: Collection[str] | None = None,
    cursor: str | None = None,
    limit: int = 25,
    subscription_id: str | None = None,
) -> InvoicePage:
    """A page of what is in scope and shows here; nothing where the portal has no history.

    `hidden` are products that don't show; they are asked for when not given. Raises NotFound for a foreign cursor.
    """
    if not portal.invoice_history:
        return InvoicePage(rows=(), next_cursor=None, total=0)
    statement = _shown(hidden_products(session, portal=portal, is_gated=False) if hidden is None else hidden)
    if subscription_id is not None:
        statement = statement.where(Invoice.subscription == subscription_id)
    total = session.scalar(statement.with_only_columns(func.count(), maintain_column_froms=True)) or 0
    if cursor is not None:
        last = session.execute(select(Invoice.dated_at, Invoice.id).where(Invoice.id == cursor)).one_or_none()
        if last is None:
            raise NotFound
        statement = statement.where(tuple_(Invoice.dated_at, Invoice.id) < tuple_(*last))
    found = session.scalars(statement.order_by(Invoice.dated_at.desc(), Invoice.id.desc()).limit(limit + 1)).all()
    rows = tuple(view(row) for row in found[:limit])
    return InvoicePage(rows=rows, next_cursor=rows[-1].id if len(found) > limit else None, total=total)


def invoice(session: Session, *, invoice_id: str, portal: PortalView) -> InvoiceRow:
    """One of them. Raises NotFound, also for what this portal does not show."""
    if not portal.invoice_history:
        raise NotFound
    found = session.execute(
        select(Invoice, Payment.product)
        .outerjoin(Payment, Payment.id == Invoice.payment)
        .where(Invoice.id == invoice_id)
    ).one_or_none()
    if found is None or found[1] in hidden_products(session, portal=portal, is_gated=False):
        raise NotFound
    return view(found[0])


def view(row: Invoice) -> InvoiceRow:
    """A row as a view."""
    return InvoiceRow(
        id=row.id,
        number=row.number,
        order_number=row.order_number,
        dated_at=row.dated_at,
        description=row.description,
        status=row.status,
        net=Money(row.net, row.currency),
        tax=Money(row.tax, row.currency),
        total=Money(row.total, row.currency),
        subscription=row.subscription,
    )


def _shown(hidden: Collection[str]) -> Select[Invoice]:
    """Invoices in scope without those of hidden products."""
    if not hidden:
        return select(Invoice)
    of_hidden = select(Payment.id).where(Payment.product.in_(hidden))
    return select(Invoice).where(Invoice.payment.is_(None) | Invoice.payment.not_in(of_hidden))
