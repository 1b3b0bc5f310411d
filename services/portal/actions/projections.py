"""What others said, kept here: vendors and invoices. The largest revision wins, whatever arrives when."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Table, bindparam, insert, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from services.portal.actions import portals
from services.portal.models import Customer, Invoice, Vendor
from shared.database import scope
from shared.events import InvoiceIssued, Mode, VendorRegistered, VendorUpdated

MODES: Final[tuple[Mode, ...]] = ("live", "test")


def keep_vendor(session: Session, said: VendorRegistered | VendorUpdated, *, at: datetime) -> None:
    """Know a vendor, or what is new about one. A new one gets its live and its test portal."""
    row = session.get(Vendor, said.vendor, with_for_update=True)
    if row is not None and row.revision >= said.revision:
        return
    previous = None if row is None else {"display_name": row.display_name, "profile": dict(row.profile)}
    if row is None:
        row = Vendor(id=said.vendor)
        session.add(row)
    row.slug, row.display_name, row.profile = said.slug, said.display_name, said.profile
    row.default_locale, row.revision = said.default_locale, said.revision
    session.flush()
    for mode in MODES:
        with scope.use(replace(scope.current(), vendor=said.vendor, mode=mode)):
            if previous is None:
                slug = said.slug if mode == "live" else f"{said.slug}-test"
                portals.create_default(session, vendor=row, slug=slug, now=at)
            else:
                portals.follow_vendor(session, vendor=row, previous=previous, now=at)
            session.flush()


def keep_invoice(session: Session, said: InvoiceIssued) -> bool:
    """Know an invoice, once. False when its customer is not known here. One statement, for imports bring thousands."""
    values = {
        **scope.values(),
        "id": said.invoice,
        "customer": said.customer,
        "subscription": said.subscription,
        "payment": said.payment,
        "number": said.number,
        "order_number": said.order_number,
        "status": said.status,
        "currency": said.currency,
        "net": said.net,
        "tax": said.tax,
        "total": said.total,
        "description": said.description,
        "dated_at": datetime.fromisoformat(said.paid_at or said.issued_at),
        "historical": said.historical,
    }
    is_new = session.connection().execute(_KEEP_INVOICE, values).first() is not None
    return is_new or _is_kept(session, said.invoice)


def _is_kept(session: Session, invoice_id: str) -> bool:
    return session.scalar(select(Invoice.id).where(Invoice.id == invoice_id)) is not None


def _if_its_customer_is_here(table: Table, customers: Table) -> ReturningInsert[Any]:
    """INSERT … SELECT … RETURNING of one row of parameters, where there is such a customer and no such invoice yet."""
    row = select(*(bindparam(column.name, type_=column.type).label(column.name) for column in table.columns))
    same_owner = (customers.c.vendor == bindparam("vendor")) & (customers.c.mode == bindparam("mode"))
    is_customer = select(customers.c.id).where(customers.c.id == bindparam("customer"), same_owner).exists()
    is_known = select(table.c.id).where(table.c.id == bindparam("id")).exists()
    new = row.where(is_customer, ~is_known)
    return insert(table).from_select([column.name for column in table.columns], new).returning(table.c.id)


_KEEP_INVOICE: Final = _if_its_customer_is_here(cast(Table, Invoice.__table__), cast(Table, Customer.__table__))
