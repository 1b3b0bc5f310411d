"""Imports in two steps: a file is checked and kept, and goes in once whoever asked has seen what it would do.

The check decides every row as bringing it in does, so that what it tells comes about unless something changes in time.
A worker brings a confirmed file in; one that dies is followed by another, for the same file twice adds nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Final, cast

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, undefer

from services.portal.actions.operations import action_log, imports
from services.portal.models import Import, ImportFile
from services.portal.queries import imports as queries
from services.portal.queries.imports import ImportView
from services.portal.rules.operations.import_row import Kind
from shared import clock, lifetimes
from shared.database import Begin, scope
from shared.database.scope import Scope
from shared.errors import Conflict, NotFound
from shared.events import Actor, Mode

JOB: Final = "carry_on_imports"
LARGEST: Final = 5_632 * 1024
"""Bytes of a request, as the gateway has it: a file of 5 MB and the form around; more by `bursar import`."""
KEPT: Final = lifetimes.IMPORTS
"""How long a checked file waits for a yes."""
LEASE: Final = timedelta(minutes=10)
TRIES: Final = 3
_AT_ONCE: Final = 5


class ImportNotWaiting(Conflict):
    """It waits for no yes: it was dropped, or nothing of it could be used."""

    code = "import_not_waiting"


def check(
    session: Session, *, kind: Kind, content: bytes, file_name: str, all_or_nothing: bool, now: datetime
) -> ImportView:
    """What bringing the file in would do, as an import that waits for a yes; over, where there is nothing to do."""
    found = imports.look(session, kind=kind, file=BytesIO(content), now=now)
    row = imports.new(kind, file_name, all_or_nothing=all_or_nothing, status="checked", now=now)
    session.add(row)
    session.flush()
    if all_or_nothing and found.refused:
        return imports.finish(session, row, found.nothing(), now=now)
    if not found.added:
        return imports.finish(session, row, found, now=now)
    imports.tell(row, found)
    here = scope.current()
    session.add(
        ImportFile(
            id=row.id,
            content=content,
            size=len(content),
            done=0,
            attempts=0,
            due_at=now + KEPT,
            confirmed_at=None,
            actor_kind=here.actor.kind,
            actor_id=here.actor.id,
            request_id=here.request_id,
        )
    )
    return queries.view(row)


def confirm(session: Session, *, import_id: str, now: datetime) -> ImportView:
    """Have it brought in; confirmed twice is once. Raises NotFound, ImportNotWaiting."""
    row, file = _locked(session, import_id)
    if row.status == "running" or (row.finished_at is not None and row.added):
        return queries.view(row)
    if row.status != "checked" or file is None:
        raise ImportNotWaiting
    here = scope.current()
    row.status, file.confirmed_at, file.due_at = "running", now, now
    file.actor_kind, file.actor_id, file.request_id = here.actor.kind, here.actor.id, here.request_id
    action_log.write(
        session, action="import.confirmed", of=row.id, before=None, after={"kind": row.kind, "rows": row.rows}, now=now
    )
    return queries.view(row)


def discard(session: Session, *, import_id: str, now: datetime) -> ImportView:
    """Drop a file that was checked. Raises NotFound, ImportNotWaiting."""
    row, file = _locked(session, import_id)
    if row.status != "checked" or file is None:
        raise ImportNotWaiting
    session.delete(file)
    row.status, row.finished_at = "discarded", now
    row.added = row.customers_added = 0
    return queries.view(row)


def _locked(session: Session, import_id: str) -> tuple[Import, ImportFile | None]:
    row = session.scalars(select(Import).where(Import.id == import_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    return row, session.scalars(select(ImportFile).where(ImportFile.id == import_id)).one_or_none()


@dataclass(frozen=True)
class _Due:
    id: str
    here: Scope


def carry_on_due(begin: Begin, *, now: datetime) -> int:
    """Bring in what was confirmed, and drop what was not in time. How many."""
    due = _claim(begin, now=now)
    for each in due:
        with scope.use(each.here):
            _carry_on(begin, each.id)
    return len(due)


def _claim(begin: Begin, *, now: datetime) -> list[_Due]:
    with begin() as session, scope.platform():
        rows = session.scalars(
            select(ImportFile)
            .where(ImportFile.due_at <= now)
            .order_by(ImportFile.due_at)
            .limit(_AT_ONCE)
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            row.due_at = now + LEASE
            row.attempts += 1
        session.flush()  # while every vendor's rows may be written
        return [_Due(row.id, _scope(row)) for row in rows]


def _scope(row: ImportFile) -> Scope:
    actor = Actor(kind=row.actor_kind, id=row.actor_id)  # type: ignore[arg-type]  # as it was kept
    return Scope(vendor=row.vendor, mode=cast("Mode", row.mode), actor=actor, request_id=row.request_id)


def _carry_on(begin: Begin, import_id: str) -> None:
    with begin() as session:
        row = session.scalars(select(Import).where(Import.id == import_id)).one()
        file = session.scalars(
            select(ImportFile).where(ImportFile.id == import_id).options(undefer(ImportFile.content))
        ).one_or_none()
        if file is None:
            return
        if file.confirmed_at is None or file.attempts > TRIES:
            _give_up(session, row, "expired" if file.confirmed_at is None else "failed")
            return
        kind, content, all_or_nothing = Kind(row.kind), file.content, row.all_or_nothing
    note = imports.unnoted if all_or_nothing else lambda position: _note(begin, import_id, position)
    imports.carry_out(
        begin,
        import_id=import_id,
        kind=kind,
        file=BytesIO(content),
        all_or_nothing=all_or_nothing,
        progress=note,  # of one transaction nothing is seen before it ends, and SQLite takes no second one beside it
        now=clock.now(),
    )


def _note(begin: Begin, import_id: str, position: int) -> None:
    with begin() as session:
        file = session.scalars(select(ImportFile).where(ImportFile.id == import_id)).one()
        file.done, file.due_at = position, clock.now() + LEASE


def _give_up(session: Session, row: Import, status: str) -> None:
    row.status, row.finished_at = status, clock.now()
    row.added = row.customers_added = 0
    session.execute(delete(ImportFile).where(ImportFile.id == row.id))
