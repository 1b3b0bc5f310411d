"""What others said, kept here: vendors, invoices and credit notes. The largest revision wins, whatever arrives when."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Table, bindparam, insert, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from services.portal.actions import portals
from services.portal.actions.operations import action_log
from services.portal.models import CreditNote, Customer, Invoice, Vendor
from shared.database import scope
from shared.events import (
    CreditNoteIssued,
    InvoiceIssued,
    Mode,
    VendorEntitlementsChanged,
    VendorRegistered,
    VendorUpdated,
)

MODES: Final[tuple[Mode, ...]] = ("live", "test")


def keep_vendor(session: Session, said: VendorRegistered | VendorUpdated, *, at: datetime) -> None:
    """Know a vendor, or what is new about one. Each gets its default portals, live and test, once."""
    row = session.get(Vendor, said.vendor, with_for_update=True)
    if row is not None and row.revision >= said.revision:
        return
    previous = None if row is None else _told(row)
    if row is None:
        row = Vendor(id=said.vendor)
        session.add(row)
    row.slug, row.display_name, row.profile = said.slug, said.display_name, said.profile
    row.default_locale, row.revision = said.default_locale, said.revision
    session.flush()
    for mode in MODES:
        with scope.use(replace(scope.current(), vendor=said.vendor, mode=mode)):
            portals.create_defaults(session, vendor=row, slug=said.slug, now=at)
            if previous is not None:
                portals.follow_vendor(session, vendor=row, previous=previous, now=at)
            if previous is not None and mode == "live":  # once, as what is about the vendor's people
                _log(session, row, previous, at)
            session.flush()


def _told(row: Vendor) -> dict[str, Any]:
    return {"display_name": row.display_name, "profile": dict(row.profile), "default_locale": row.default_locale}


def _log(session: Session, row: Vendor, previous: dict[str, Any], at: datetime) -> None:
    """Which fields changed, by whoever the event names; of the profile each by its own name."""
    was, now = ({**told, **told["profile"]} for told in (previous, _told(row)))
    changed = sorted(name for name in (was | now) if name != "profile" and was.get(name) != now.get(name))
    if changed:
        before, after = ({name: each.get(name) for name in changed} for each in (was, now))
        action_log.write(session, action="vendor.updated", of=row.id, before=before, after=after, now=at)


def keep_standing(session: Session, *, vendor: str, standing: str, revision: int) -> bool:
    """Whether a vendor is active, suspended or closed; the largest revision wins. False while it is not known here."""
    row = session.get(Vendor, vendor, with_for_update=True)
    if row is None:
        return False
    if row.standing_revision < revision:
        row.standing, row.standing_revision = standing, revision
    return True


def keep_entitlements(session: Session, said: VendorEntitlementsChanged) -> bool:
    """What is withheld from a vendor; the largest revision wins. False while it is not known here."""
    row = session.get(Vendor, said.vendor, with_for_update=True)
    if row is None:
        return False
    if row.entitlements_revision < said.revision:
        told = {"withheld": said.withheld, "reason": said.reason, "ask": said.ask}
        row.entitlements, row.entitlements_revision = told if said.withheld else None, said.revision
    return True


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


def keep_credit_note(session: Session, said: CreditNoteIssued) -> bool:
    """Know a credit note, once. False when its customer is not known here."""
    if session.scalar(select(CreditNote.id).where(CreditNote.id == said.credit_note)) is not None:
        return True
    if session.scalar(select(Customer.id).where(Customer.id == said.customer)) is None:
        return False
    note = CreditNote(
        id=said.credit_note,
        customer=said.customer,
        invoice=said.invoice,
        payment=said.payment,
        refund=said.refund,
        number=said.number,
        currency=said.currency,
        net=said.net,
        tax=said.tax,
        total=said.total,
        issued_at=datetime.fromisoformat(said.issued_at),
    )
    session.add(note)
    session.flush()
    return True


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
