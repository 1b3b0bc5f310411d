"""Customers' addresses, as sessions need them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from services.auth.models import Identity
from shared.database.session import Session


@dataclass(frozen=True, kw_only=True)
class IdentityView:
    """A customer and their address on file; `email_key` is empty where that is nobody's mailbox."""

    customer: str
    email: str
    email_key: str
    display_name: str | None
    locale: str | None


def of_customers(session: Session, customers: Sequence[str]) -> list[IdentityView]:
    """Those of these customers that there are in the scope, oldest first."""
    return _all(session, Identity.id.in_(customers))


def named(
    session: Session, *, customer: str | None = None, email_key: str | None = None, reference: str | None = None
) -> list[IdentityView]:
    """Whom a vendor means: by our id, by address, or by the vendor's own id; exactly one of them is given."""
    if customer is not None:
        return _all(session, Identity.id == customer)
    if reference is not None:
        return _all(session, Identity.reference == reference)
    return _all(session, Identity.email_key == (email_key or ""))


def _all(session: Session, which: ColumnElement[bool]) -> list[IdentityView]:
    rows = session.scalars(select(Identity).where(which).order_by(Identity.id).limit(100))
    return [
        IdentityView(
            customer=row.id,
            email=row.email,
            email_key=row.email_key or "",
            display_name=row.display_name,
            locale=row.locale,
        )
        for row in rows
    ]
