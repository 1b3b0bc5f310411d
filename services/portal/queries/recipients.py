"""Further addresses of a customer's documents."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.models import Customer, DocumentRecipient
from services.portal.rules.customers.recipients import Status
from shared.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class RecipientView:
    """One address: which documents go there, and whether its owner has agreed."""

    id: str
    customer: str
    email: str
    documents: tuple[str, ...]
    status: str
    created_at: datetime
    confirmed_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the owner of an address is asked: whose documents they want there."""

    email: str
    customer_name: str


def of_customer(session: Session, *, customer_id: str) -> tuple[RecipientView, ...]:
    """All that were not removed, oldest first."""
    rows = select(DocumentRecipient).where(
        DocumentRecipient.customer == customer_id, DocumentRecipient.status != Status.REMOVED
    )
    return tuple(view(row) for row in session.scalars(rows.order_by(DocumentRecipient.id)))


def row(session: Session, *, customer_id: str, recipient_id: str) -> DocumentRecipient:
    """One that was not removed, locked. Raises NotFound."""
    found = session.scalars(
        select(DocumentRecipient)
        .where(
            DocumentRecipient.id == recipient_id,
            DocumentRecipient.customer == customer_id,
            DocumentRecipient.status != Status.REMOVED,
        )
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def asked(session: Session, *, recipient_id: str) -> Asked | None:
    """What is asked by a link; None when the address was removed, or said no since."""
    found = session.execute(
        select(DocumentRecipient.email, Customer.company, Customer.display_name, Customer.email)
        .join(Customer, Customer.id == DocumentRecipient.customer)
        .where(
            DocumentRecipient.id == recipient_id,
            DocumentRecipient.status.in_((Status.PENDING, Status.CONFIRMED)),
        )
    ).one_or_none()
    if found is None:
        return None
    email, company, name, own = found
    return Asked(email=email, customer_name=company or name or own)


def view(row: DocumentRecipient) -> RecipientView:
    """A row as a view."""
    return RecipientView(
        id=row.id,
        customer=row.customer,
        email=row.email,
        documents=tuple(row.documents),
        status=row.status,
        created_at=row.created_at,
        confirmed_at=row.confirmed_at,
    )
