"""Credit notes beside their invoices, from what the invoices service said: there while that service is down."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.models import CreditNote
from services.portal.queries import invoices
from services.portal.queries.portals import PortalView
from shared.errors import NotFound
from shared.money import Money


@dataclass(frozen=True, kw_only=True)
class CreditNoteRow:
    """A credit note. `total` is what was given back, as a negative amount; `refund` is why."""

    id: str
    number: str
    invoice: str
    refund: str
    issued_at: datetime
    total: Money


def of_invoices(session: Session, shown: Collection[str]) -> Mapping[str, tuple[CreditNoteRow, ...]]:
    """Those of each of these invoices that has any, the first one first. One statement."""
    if not shown:
        return {}
    found: dict[str, tuple[CreditNoteRow, ...]] = {}
    rows = session.scalars(select(CreditNote).where(CreditNote.invoice.in_(shown)).order_by(CreditNote.id))
    for row in rows:
        found[row.invoice] = (*found.get(row.invoice, ()), _view(row))
    return found


def credit_note(session: Session, *, credit_note_id: str, portal: PortalView) -> CreditNoteRow:
    """One of them. Raises FeatureDisabled, and NotFound, also where its invoice does not show here."""
    invoices.require(portal)
    row = session.scalar(select(CreditNote).where(CreditNote.id == credit_note_id))
    if row is None:
        raise NotFound
    invoices.invoice(session, invoice_id=row.invoice, portal=portal)
    return _view(row)


def _view(row: CreditNote) -> CreditNoteRow:
    return CreditNoteRow(
        id=row.id,
        number=row.number,
        invoice=row.invoice,
        refund=row.refund,
        issued_at=row.issued_at,
        total=Money(-row.total, row.currency),
    )
