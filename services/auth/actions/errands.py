"""What siblings hold of a customer, collected in auth's own name and brought to portal, which keeps the export."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update

from services.auth.models import Errand
from shared.database import erased
from shared.database.session import Session

BATCH: Final = 5
LEASE: Final = timedelta(minutes=1)
TRIES: Final = 30


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """An errand to run. `id` is the export's."""

    id: str
    vendor: str
    mode: str
    customer: str
    attempts: int


def note(session: Session, *, export: str, customer: str, now: datetime) -> None:
    """It is wanted; told again, it is the one that was."""
    known = session.scalar(select(Errand.id).where(Errand.id == export)) is not None
    if known or erased.is_erased(session, customer):
        return
    session.add(Errand(id=export, customer=customer, due_at=now, attempts=0, created_at=now))
    session.flush()


def claim(session: Session, *, now: datetime) -> list[Wanted]:
    """Those that are due; for a minute nobody else takes them."""
    rows = session.scalars(
        select(Errand)
        .where(Errand.due_at <= now)
        .order_by(Errand.due_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.due_at, row.attempts = now + LEASE, row.attempts + 1
    session.flush()
    return [
        Wanted(id=row.id, vendor=row.vendor, mode=row.mode, customer=row.customer, attempts=row.attempts)
        for row in rows
    ]


def done(session: Session, errand: Wanted) -> None:
    """It was run, or nobody waits for it any more."""
    session.execute(delete(Errand).where(Errand.id == errand.id).execution_options(synchronize_session=False))


def put_back(session: Session, errand: Wanted, *, now: datetime) -> None:
    """A sibling was away: again soon. After half an hour of trying nobody waits any more."""
    if errand.attempts >= TRIES:
        done(session, errand)
        return
    again = now + min(LEASE, timedelta(seconds=2**errand.attempts))
    session.execute(
        update(Errand).where(Errand.id == errand.id).values(due_at=again).execution_options(synchronize_session=False)
    )
