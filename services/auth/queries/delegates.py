"""A customer's own people, and whom an address or a choice stands for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, bindparam, select

from services.auth.models import Delegate, Identity
from services.auth.queries import identities
from services.auth.rules.address import OnFile
from shared.database.session import Session
from shared.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class DelegateView:
    """One of a customer's people. `state` is `invited`, `active` or `revoked`; `offered_role` waits to be accepted."""

    id: str
    customer: str
    email: str
    name: str | None
    role: str
    offered_role: str | None
    state: str
    invited_by: str
    invited_at: datetime
    accepted_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Person:
    """Whom somebody can be after a sign-in: a customer, or one of a customer's people. `choice` is the id of either."""

    choice: str
    customer: str
    email: str
    email_key: str
    display_name: str | None
    locale: str | None
    delegate: str | None = None
    role: str | None = None


def listing(*, customer: str | None) -> tuple[Select[Delegate], type[Delegate]]:
    """The people of the scope's customers, or of one, for a page of them."""
    every = select(Delegate)
    return (every if customer is None else every.where(Delegate.customer == customer)), Delegate


def of_customer(session: Session, customer: str) -> list[DelegateView]:
    """Who has access now, oldest first."""
    rows = session.scalars(
        select(Delegate).where(Delegate.customer == customer, Delegate.revoked_at.is_(None)).order_by(Delegate.id)
    )
    return [view(row) for row in rows]


def one(session: Session, delegate_id: str) -> DelegateView:
    """Raises NotFound."""
    row = session.get(Delegate, delegate_id)
    if row is None:
        raise NotFound
    return view(row)


_ON_FILE: Final = (
    select(Delegate.id, Delegate.customer, Delegate.email, Delegate.email_key, Delegate.role, Delegate.name)
    .join(Identity, (Identity.id == Delegate.customer))
    .where(Delegate.email_key == bindparam("key"), Delegate.revoked_at.is_(None))
    .order_by(Delegate.id)
)


def on_file(session: Session, key: str | None) -> list[OnFile]:
    """For whom this address may come in as one of their people. Asks the database for None as well."""
    rows = session.execute(_ON_FILE, {"key": key or ""})
    return [
        OnFile(
            customer=row.customer,
            email=row.email,
            email_key=row.email_key,
            display_name=row.name,
            locale=None,
            delegate=row.id,
            role=row.role,
        )
        for row in rows
    ]


def people(session: Session, choices: Sequence[str]) -> list[Person]:
    """Those that there are of these customers and people: customers first, each oldest first."""
    own = [
        Person(
            choice=each.customer,
            customer=each.customer,
            email=each.email,
            email_key=each.email_key,
            display_name=each.display_name,
            locale=each.locale,
        )
        for each in identities.of_customers(session, choices)
    ]
    rows = session.execute(
        select(Delegate, Identity.display_name, Identity.email)
        .join(Identity, (Identity.id == Delegate.customer))
        .where(Delegate.id.in_(choices), Delegate.revoked_at.is_(None))
        .order_by(Delegate.id)
    )
    return own + [
        Person(
            choice=row.id,
            customer=row.customer,
            email=row.email,
            email_key=row.email_key,
            display_name=display_name or email,
            locale=None,
            delegate=row.id,
            role=row.role,
        )
        for row, display_name, email in rows
    ]


def view(row: Delegate) -> DelegateView:
    """What may be shown of it."""
    state = "revoked" if row.revoked_at else "active" if row.accepted_at else "invited"
    return DelegateView(
        id=row.id,
        customer=row.customer,
        email=row.email,
        name=row.name,
        role=row.role,
        offered_role=row.offered_role,
        state=state,
        invited_by=row.invited_by,
        invited_at=row.invited_at,
        accepted_at=row.accepted_at,
        revoked_at=row.revoked_at,
    )
