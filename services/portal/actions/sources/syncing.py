"""Taking over all that a source has: page by page, each thing in a transaction of its own, what it refers to first.

How far it is stands in the import's row, saved with the tally of each page. Whoever is killed in the middle of a page
is taken over after a while, and the page is read again: what is here already is not taken twice.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.actions.sources import taking
from services.portal.actions.sources.reading import Reading
from services.portal.adapters.sources import Account, Kind, NoSource, Page, Sources
from services.portal.models import Import
from services.portal.queries import imports as queries
from services.portal.queries.imports import ImportView
from shared import clock, ids
from shared.database import Begin, scope
from shared.errors import Refusal, Unavailable
from shared.events import Mode
from shared.logs import log

JOB: Final = "sync_sources"
KIND: Final = "stripe"
LEASE: Final = timedelta(minutes=2)
AGAIN: Final = timedelta(minutes=1)
LATEST: Final = timedelta(days=1)
"""Until when a source that does not answer is asked."""
MOST_PROBLEMS: Final = 1000
_AT_ONCE: Final = 5
_ORDER: Final = tuple(Kind)


@dataclass(frozen=True, kw_only=True)
class _At:
    """A page to be taken, and the reading it is taken for."""

    kind: Kind
    after: str | None
    account: Account
    reading: Reading


def start(session: Session, *, now: datetime) -> str:
    """Begin one, or go on with the one that runs: its id. The clock does the rest."""
    running = session.scalars(select(Import).where(Import.kind == KIND, Import.status == "running")).first()
    if running is not None:
        running.due_at = clock.now()
        return running.id
    row = Import(
        id=ids.new("imp"),
        kind=KIND,
        file_name="",
        all_or_nothing=False,
        status="running",
        rows=0,
        added=0,
        customers_added=0,
        unchanged=0,
        refused=0,
        errors=[],
        cursor={"kind": _ORDER[0].value, "after": None},
        due_at=clock.now(),
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def run(begin: Begin, *, sources: Sources, now: datetime) -> ImportView:
    """From beginning to end, here and now. Raises NoSource, Unavailable; it can be carried on then."""
    with begin() as session:
        taking.keys(session, sources)
        import_id = start(session, now=now)
    while True:
        found = step(begin, sources=sources, import_id=import_id)
        if found.finished_at is not None:
            return found


def step(begin: Begin, *, sources: Sources, import_id: str) -> ImportView:
    """Take one page. Raises NoSource, Unavailable."""
    with begin() as session:
        row = _locked(session, import_id)
        if row.cursor is None:
            return queries.view(row)
        row.due_at = clock.now() + LEASE
        at = _At(
            kind=Kind(row.cursor["kind"]),
            after=row.cursor["after"],
            account=taking.account(session, sources),
            reading=taking.begin_reading(session, is_history=True, now=clock.now()),
        )
    page = at.account.page(at.kind, after=at.after)
    tally = _take(begin, at, page)
    with begin() as session:
        return _note(session, _locked(session, import_id), at, page, tally)


@dataclass(frozen=True, kw_only=True)
class _Tally:
    """What became of a page."""

    added: int = 0
    unchanged: int = 0
    problems: tuple[dict[str, Any], ...] = ()


def _take(begin: Begin, at: _At, page: Page) -> _Tally:
    tally = _Tally()
    for each in page.found:
        taken = taking.take(begin, at.account, kind=at.kind, found=each, reading=at.reading)
        if taken.problem is not None:
            told = {"line": 0, "field": each.id, "code": taken.problem, "params": {}}
            tally = replace(tally, problems=(*tally.problems, told))
        elif taken.added:
            tally = replace(tally, added=tally.added + 1)
        else:
            tally = replace(tally, unchanged=tally.unchanged + 1)
    return tally


def _note(session: Session, row: Import, at: _At, page: Page, tally: _Tally) -> ImportView:
    if row.cursor != {"kind": at.kind.value, "after": at.after}:
        return queries.view(row)  # somebody else took this page meanwhile
    row.rows += len(page.found)
    row.added += tally.added
    row.customers_added += tally.added if at.kind is Kind.CUSTOMERS else 0
    row.unchanged += tally.unchanged
    row.refused += len(tally.problems)
    row.errors = [*row.errors, *tally.problems][:MOST_PROBLEMS]
    row.cursor = _next(at.kind, page.after)
    row.due_at = clock.now() + LEASE
    if row.cursor is None:
        _finish(session, row, "completed_with_errors" if row.refused else "completed")
    return queries.view(row)


def _next(kind: Kind, after: str | None) -> dict[str, Any] | None:
    if after is not None:
        return {"kind": kind.value, "after": after}
    position = _ORDER.index(kind) + 1
    return None if position == len(_ORDER) else {"kind": _ORDER[position].value, "after": None}


def _finish(session: Session, row: Import, status: str) -> None:
    now = clock.now()
    row.status, row.cursor, row.due_at, row.finished_at = status, None, None, now
    after = {"kind": row.kind, "rows": row.rows, "added": row.added, "refused": row.refused}
    action_log.write(session, action=f"import.{status}", of=row.id, before=None, after=after, now=now)


def continue_due(begin: Begin, *, sources: Sources, now: datetime) -> int:
    """Go on with those whose time has come, a page each. How many."""
    due = _claim(begin, now=now)
    for import_id, vendor, mode in due:
        with scope.system(vendor=vendor, mode=mode, job=JOB):
            _continue(begin, sources, import_id)
    return len(due)


def _continue(begin: Begin, sources: Sources, import_id: str) -> None:
    try:
        found = step(begin, sources=sources, import_id=import_id)
    except (Unavailable, NoSource) as refusal:
        log.warning("sync.waits", sync=import_id, reason=refusal.code)
        _wait(begin, import_id, refusal)
    else:
        if found.finished_at is None:
            _again_at_once(begin, import_id)


def _wait(begin: Begin, import_id: str, refusal: Refusal) -> None:
    with begin() as session:
        row, now = _locked(session, import_id), clock.now()
        if isinstance(refusal, NoSource) or row.created_at + LATEST <= now:
            row.errors = [*row.errors, {"line": 0, "field": "", "code": "source_not_reached", "params": {}}]
            _finish(session, row, "refused")
        else:
            row.due_at = now + AGAIN


def _again_at_once(begin: Begin, import_id: str) -> None:
    with begin() as session:
        _locked(session, import_id).due_at = clock.now()


def _claim(begin: Begin, *, now: datetime) -> list[tuple[str, str, Mode]]:
    with begin() as session, scope.platform():
        due = select(Import).where(Import.due_at <= now).order_by(Import.due_at).limit(_AT_ONCE)
        rows = session.scalars(due.with_for_update(skip_locked=True)).all()
        for row in rows:
            row.due_at = now + LEASE
        session.flush()  # while every vendor's rows may be written
        return [(row.id, row.vendor, cast("Mode", row.mode)) for row in rows]


def _locked(session: Session, import_id: str) -> Import:
    return session.scalars(select(Import).where(Import.id == import_id).with_for_update()).one()
