"""Which customers a signed identity may mean."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from services.auth.models import Identity
from services.auth.rules import address
from services.auth.rules.signed_identity import IdType, Subject
from shared.database.session import Session
from shared.errors import NotFound


@dataclass(frozen=True)
class Named:
    """A customer of the scope. `takes_v1`: a signed identity without expiry lets them in."""

    customer: str
    email: str
    email_key: str | None
    reference: str | None
    takes_v1: bool


def customers(session: Session, subject: Subject) -> list[Named]:
    """Those whom the address, or the id (ours or the vendor's own), names. It is never guessed at: an address finds
    whose key is the same, an id is compared to the byte.
    """
    rows = session.scalars(select(Identity).where(_is(subject)).order_by(Identity.id).limit(2))
    return [_view(row) for row in rows]


def one(session: Session, customer: str) -> Named:
    """Raises NotFound."""
    row = session.scalars(select(Identity).where(Identity.id == customer)).one_or_none()
    if row is None:
        raise NotFound
    return _view(row)


def _is(subject: Subject) -> ColumnElement[bool]:
    if subject.id_type is IdType.EMAIL:
        return Identity.email_key == (address.key_of(subject.id) or "")
    return (Identity.id == subject.id) | (Identity.reference == subject.id)


def _view(row: Identity) -> Named:
    return Named(
        customer=row.id,
        email=row.email,
        email_key=row.email_key,
        reference=row.reference,
        takes_v1=row.takes_v1,
    )
