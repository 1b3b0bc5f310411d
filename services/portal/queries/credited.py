"""Has every refund of what was invoiced its credit note, over the same amount, and no credit note is without one?"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from services.portal.models import CreditNote, Invoice, Payment, Refund
from services.portal.queries.books import MOST_PROBLEMS, Imbalance, Wrong


def verify(session: Session, *, vendor: str | None = None) -> tuple[Imbalance, ...]:
    """The first hundred of each kind, of everybody or of one vendor. Runs on the platform's side of the scope."""
    return (*_refunds(session, vendor), *_credit_notes(session, vendor))


def _refunds(session: Session, vendor: str | None) -> Iterator[Imbalance]:
    credited = (
        select(CreditNote.refund.label("refund"), func.sum(CreditNote.total).label("total"))
        .group_by(CreditNote.refund)
        .subquery()
    )
    total = func.coalesce(credited.c.total, 0).label("total")
    found: Select[*tuple[Any, ...]] = (
        select(Refund.vendor, Refund.mode, Refund.customer, Refund.id, Refund.amount, total)
        .join(Payment, Payment.id == Refund.payment)
        .join(Invoice, Invoice.payment == Payment.id)
        .outerjoin(credited, credited.c.refund == Refund.id)
        .where(Refund.status == "succeeded", total != Refund.amount)
        .order_by(Refund.id)
        .limit(MOST_PROBLEMS)
    )
    for row in session.execute(found if vendor is None else found.where(Refund.vendor == vendor)):
        yield _imbalance(row, Wrong.CREDITED_DIFFERS, row.amount, row.total)


def _credit_notes(session: Session, vendor: str | None) -> Iterator[Imbalance]:
    """What is credited without a refund."""
    refunded = select(Refund.id).where(Refund.id == CreditNote.refund, Refund.status == "succeeded").exists()
    found: Select[*tuple[Any, ...]] = (
        select(CreditNote.vendor, CreditNote.mode, CreditNote.customer, CreditNote.id, CreditNote.total)
        .where(~refunded)
        .order_by(CreditNote.id)
        .limit(MOST_PROBLEMS)
    )
    for row in session.execute(found if vendor is None else found.where(CreditNote.vendor == vendor)):
        yield _imbalance(row, Wrong.CREDITED_UNREFUNDED, 0, row.total)


def _imbalance(row: Any, wrong: Wrong, expected: int, found: int) -> Imbalance:
    return Imbalance(
        vendor=row.vendor,
        mode=row.mode,
        customer=row.customer,
        wrong=wrong,
        object=row.id,
        expected=int(expected),
        found=int(found),
    )
