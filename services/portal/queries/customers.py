"""Who a customer is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from services.portal.models import Credit, Customer, Ticket
from services.portal.rules.customers.erasing import CustomerErased
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
    postal_address: dict[str, str | None] | None
    country: str | None
    tax_id: str | None
    tax_id_standing: str | None
    tax_id_verified_at: datetime | None
    po_number: str | None
    next_po_number: str | None
    phone: str | None
    shipping: dict[str, str | None] | None
    locale: str | None
    created_at: datetime
    erased_at: datetime | None
    revision: int


@dataclass(frozen=True, kw_only=True)
class AnsweredTicket:
    """A ticket that the vendor answered."""

    id: str
    subject: str


_LOCALE: Final = select(Customer.locale).where(Customer.id == bindparam("customer"))
_LIVING: Final = select(Customer).where(Customer.erased_at.is_(None)).order_by(Customer.id).limit(20)
_NEWEST_ANSWERED: Final = (
    select(Ticket.id)
    .where(Ticket.customer == Customer.id, Ticket.status == "answered")
    .order_by(Ticket.changed_at.desc(), Ticket.id.desc())
    .limit(1)
    .correlate(Customer)
    .scalar_subquery()
)
_HAS_CREDIT: Final = exists().where(Credit.customer == Customer.id)
_WITH_ANSWERS: Final = _LIVING.add_columns(Ticket.id, Ticket.subject, _HAS_CREDIT).outerjoin(
    Ticket, Ticket.id == _NEWEST_ANSWERED
)


def require_living(session: Session, customer_id: str) -> None:
    """Return for a customer with whom something new may begin. Raises NotFound, CustomerErased."""
    found = session.execute(select(Customer.erased_at).where(Customer.id == customer_id)).one_or_none()
    if found is None:
        raise NotFound
    if found.erased_at is not None:
        raise CustomerErased


def held(session: Session, customer_id: str) -> Customer | None:
    """The customer as they are now, locked until the transaction ends; None where there is none.

    Two changes to one customer come one after the other. Rows that name them can still be written meanwhile: with a
    plain FOR UPDATE, who settles a payment and then writes its credit would wait for who looks for that payment.
    """
    statement = select(Customer).where(Customer.id == customer_id).with_for_update(key_share=True)
    return session.scalars(statement, execution_options={"populate_existing": True}).one_or_none()


def locale(session: Session, customer_id: str) -> str | None:
    """The language that a customer has on file; None where none is, or no such customer."""
    return session.scalar(_LOCALE, {"customer": customer_id})


def profile(session: Session, *, customer_id: str) -> CustomerView:
    """One customer. Raises NotFound."""
    row = session.scalars(select(Customer).where(Customer.id == customer_id)).one_or_none()
    if row is None:
        raise NotFound
    return view(row)


def in_scope(session: Session) -> tuple[CustomerView, ...]:
    """The customers that a customer's session stands for, oldest first."""
    return tuple(view(row) for row in session.scalars(_LIVING))


def with_answers(session: Session) -> list[tuple[CustomerView, AnsweredTicket | None, bool]]:
    """As `in_scope`, each with the newest ticket that was answered and waits for them, and whether they have, or had,
    credit. One statement."""
    return [
        (view(row), None if ticket is None else AnsweredTicket(id=ticket, subject=subject), has_credit)
        for row, ticket, subject, has_credit in session.execute(_WITH_ANSWERS)
    ]


def view(row: Customer) -> CustomerView:
    """A row as a view."""
    return CustomerView(
        id=row.id,
        email=row.email,
        display_name=row.display_name,
        company=row.company,
        reference=row.reference,
        address=tuple(row.address),
        postal_address=row.postal_address,
        country=row.country,
        tax_id=row.tax_id,
        tax_id_standing=row.tax_id_standing,
        tax_id_verified_at=row.tax_id_verified_at,
        po_number=row.po_number,
        next_po_number=row.next_po_number,
        phone=row.phone,
        shipping=row.shipping,
        locale=row.locale,
        created_at=row.created_at,
        erased_at=row.erased_at,
        revision=row.revision,
    )
