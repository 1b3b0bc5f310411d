"""Who a customer is."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.portal.models import Customer
from shared.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class CustomerView:
    """A customer's details."""

    id: str
    email: str
    display_name: str | None
    company: str | None
    reference: str | None
    address: tuple[str, ...]
    country: str | None
    tax_id: str | None
    phone: str | None
    locale: str | None
    created_at: datetime
    revision: int


def profile(session: Session, *, customer_id: str) -> CustomerView:
    """One customer. Raises NotFound."""
    row = session.scalars(select(Customer).where(Customer.id == customer_id)).one_or_none()
    if row is None:
        raise NotFound
    return view(row)


def listing(*, email_key: str | None, reference: str | None) -> Select[Customer]:
    """Those with this address or reference; None means any."""
    statement = select(Customer)
    if email_key is not None:
        statement = statement.where(Customer.email_key == email_key)
    if reference is not None:
        statement = statement.where(Customer.reference == reference)
    return statement


def in_scope(session: Session) -> tuple[CustomerView, ...]:
    """The customers that a customer's session stands for, oldest first."""
    return tuple(view(row) for row in session.scalars(select(Customer).order_by(Customer.id).limit(20)))


def view(row: Customer) -> CustomerView:
    """A row as a view."""
    return CustomerView(
        id=row.id,
        email=row.email,
        display_name=row.display_name,
        company=row.company,
        reference=row.reference,
        address=tuple(row.address),
        country=row.country,
        tax_id=row.tax_id,
        phone=row.phone,
        locale=row.locale,
        created_at=row.created_at,
        revision=row.revision,
    )
