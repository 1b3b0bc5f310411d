"""Chains the lines of the action log, a moment after they were written, so that writers need not wait for one another.

Whoever seals locks the head of the chain first and asks for the lines then, so two at once make one chain. A line that
was written early and committed late follows those that were sealed meanwhile.
"""

from dataclasses import dataclass
from typing import Any, Final, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services.portal.models import Entry, LogHead
from services.portal.queries import action_log as queries
from services.portal.rules.operations import chain
from services.portal.rules.operations.chain import Link
from shared import ids
from shared.database import Begin, scope
from shared.events import Mode

JOB: Final = "seal_action_log"
BATCH: Final = 1000


@dataclass(frozen=True, order=True)
class Chain:
    """Whose lines, of which mode."""

    vendor: str
    mode: str


def seal_batch(begin: Begin) -> int:
    """Seal some of what is not: at most a batch of each chain that has anything. How many lines."""
    return sum(seal(begin, found) for found in _waiting(begin, vendor=None))


def seal_all(begin: Begin, *, vendor: str | None = None) -> int:
    """Seal all that is written by now, of everybody or of one vendor. How many lines."""
    sealed, until = 0, ids.new("log")  # what is written meanwhile is for the next time, or this would have no end
    while chains := _waiting(begin, vendor=vendor, until=until):
        for found in chains:
            sealed += seal(begin, found)
    return sealed


def seal(begin: Begin, of: Chain) -> int:
    """Seal the next batch of one chain, in a transaction of its own. How many lines."""
    with scope.system(vendor=of.vendor, mode=cast("Mode", of.mode), job=JOB), begin() as session:
        head = _locked(session, of)
        rows = session.scalars(select(Entry).where(Entry.hash.is_(None)).order_by(Entry.id).limit(BATCH)).all()
        last = Link(sequence=head.sequence, previous_hash=chain.START, hash=head.hash)
        seals = []
        for row in rows:
            last = chain.calculate(queries.line(row), after=last)
            seals.append(
                {"of": row.id, "sequence": last.sequence, "previous_hash": last.previous_hash, "hash": last.hash}
            )
        if seals:
            _store(session, seals)
            head.sequence, head.hash = last.sequence, last.hash
        return len(seals)


def _waiting(begin: Begin, *, vendor: str | None, until: str | None = None) -> list[Chain]:
    """The chains of the oldest lines that are not sealed, of those with an id before `until`."""
    oldest = select(Entry.vendor, Entry.mode).where(Entry.hash.is_(None)).order_by(Entry.id).limit(BATCH)
    if vendor is not None:
        oldest = oldest.where(Entry.vendor == vendor)
    if until is not None:
        oldest = oldest.where(Entry.id < until)
    with scope.platform(), begin() as session:
        return sorted({Chain(row.vendor, row.mode) for row in session.execute(oldest)})


def _locked(session: Session, of: Chain) -> LogHead:
    """The end of the chain, ours until the transaction is over; a new chain begins here."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    start = {"vendor": of.vendor, "mode": of.mode, "sequence": 0, "hash": chain.START}
    new: Any = (sqlite.insert if is_sqlite else postgresql.insert)(LogHead)
    session.connection().execute(new.values(start).on_conflict_do_nothing())
    return session.scalars(select(LogHead).with_for_update()).one()


def _store(session: Session, seals: list[dict[str, Any]]) -> None:
    log = cast(Table, Entry.__table__)
    named: dict[str, Any] = {name: bindparam(name) for name in ("sequence", "previous_hash", "hash")}
    statement = update(log).where(log.c.id == bindparam("of")).values(named)
    session.connection().execute(statement, seals)
