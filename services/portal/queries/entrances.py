"""What auth asks before it lets somebody in: who a customer is, and what is whose."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from services.portal.models import Coupon, Customer, Invoice, Payment, Plan, Subscription
from shared.database.session import Session
from shared.errors import NotFound


@dataclass(frozen=True)
class Known:
    """A customer, as signing in needs one."""

    id: str
    email: str
    locale: str | None


def customers(session: Session, *, customer: str | None, email_key: str | None, reference: str | None) -> list[Known]:
    """The customers of the scope whom exactly one of these names, oldest first."""
    which = (
        Customer.id == customer
        if customer is not None
        else Customer.reference == reference
        if reference is not None
        else Customer.email_key == (email_key or "")
    )
    living = select(Customer.id, Customer.email, Customer.locale).where(which, Customer.erased_at.is_(None))
    found = session.execute(living.order_by(Customer.id).limit(100))
    return [Known(id=row.id, email=row.email, locale=row.locale) for row in found]


def check_owned(
    session: Session,
    *,
    customer: str,
    subscription: str | None,
    payment: str | None,
    invoice: str | None,
    plan: str | None,
    coupon: str | None,
) -> str | None:
    """Raises NotFound unless all that is named is this customer's, or the vendor's. The payment of the invoice."""
    owned: tuple[tuple[Any, str | None], ...] = (
        (Subscription, subscription),
        (Payment, payment),
        (Invoice, invoice),
    )
    offered: tuple[tuple[Any, str | None], ...] = ((Plan, plan), (Coupon, coupon))
    for table, named in owned:
        if named is not None and not _is_there(session, table, table.id == named, table.customer == customer):
            raise NotFound
    for table, named in offered:
        if named is not None and not _is_there(session, table, table.id == named):
            raise NotFound
    return None if invoice is None else session.scalar(select(Invoice.payment).where(Invoice.id == invoice))


def _is_there(session: Session, table: Any, *which: Any) -> bool:
    return session.scalar(select(table.id).where(*which)) is not None
