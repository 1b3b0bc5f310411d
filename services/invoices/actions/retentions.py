"""A customer was erased: their invoices stay, and each says why and until when."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.invoices.models import Archive, Invoice, Retention
from shared import retention
from shared.database import erased
from shared.database.personal import TAX_LAW


def erase(session: Session, *, customer: str, now: datetime) -> int:
    """Note it for each invoice there is. How many; twice is once. Copies that were made for them go."""
    erased.note(session, customer=customer, at=now)
    session.execute(delete(Archive).where(Archive.customer == customer))
    return _note(session, customer, now=now)


def note_late(session: Session, *, customer: str, now: datetime) -> int:
    """The same for an invoice that was issued after its customer was erased, for a payment of before."""
    return _note(session, customer, now=now) if erased.is_erased(session, customer) else 0


def _note(session: Session, customer: str, *, now: datetime) -> int:
    noted = select(Retention.invoice).where(Retention.customer == customer)
    rows = session.execute(
        select(Invoice.id, Invoice.issued_at, Invoice.seller).where(
            Invoice.customer == customer, Invoice.id.not_in(noted)
        )
    ).all()
    session.add_all(
        Retention(
            invoice=row.id,
            customer=customer,
            ground=TAX_LAW,
            delete_after=retention.kept_until(of=row.issued_at.date(), country=row.seller.get("country")),
            noted_at=now,
        )
        for row in rows
    )
    session.flush()
    return len(rows)
