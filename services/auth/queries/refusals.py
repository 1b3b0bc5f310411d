"""Why widgets let people not in, as the vendor reads it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, select

from services.auth.models import Refusal
from shared.database.session import Session

SHOWN: Final = 100


@dataclass(frozen=True)
class RefusalView:
    """One refusal. `subject` is masked where it is an address."""

    id: str
    portal: str
    way_in: str
    cause: str
    subject: str | None
    at: datetime


def listing(*, portal: str | None = None) -> tuple[Select[Refusal], type[Refusal]]:
    """The scope's refusals, of one portal if its slug is given, for a page of them."""
    found = select(Refusal)
    return (found if portal is None else found.where(Refusal.portal == portal)), Refusal


def view(row: Refusal) -> RefusalView:
    """What the vendor may know of it."""
    return RefusalView(id=row.id, portal=row.portal, way_in=row.way_in, cause=row.cause, subject=row.subject, at=row.at)


def newest(session: Session) -> list[RefusalView]:
    """The newest of the scope, at most `SHOWN`."""
    statement, _ = listing()
    return [view(row) for row in session.scalars(statement.order_by(Refusal.at.desc(), Refusal.id.desc()).limit(SHOWN))]
