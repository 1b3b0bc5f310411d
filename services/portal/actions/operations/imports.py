"""Files of customers, payments and subscriptions, brought in: good rows go in and bad ones are told, or nothing does.

A file is read as a stream. Rows go in by the hundreds, each batch in a transaction with its events; a crash in the
middle loses nothing, since the same file brought in again adds only what is missing. With `all_or_nothing` the whole
file is checked first and then goes in with one transaction. `look` is the dry run: the same answers, nothing written.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import PurePath
from typing import Any, BinaryIO, Final, TypeAlias

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log, import_looks
from services.portal.actions.operations.batches import (
    Keys,
    Numbered,
    Outcome,
    Problem,
    add_customers,
    add_payments,
)
from services.portal.actions.operations.csv_rows import CsvRow, HeaderRefused, read
from services.portal.actions.operations.import_looks import Book
from services.portal.actions.operations.subscription_rows import add_subscriptions
from services.portal.models import Import, ImportFile
from services.portal.queries import imports as queries
from services.portal.queries.imports import ImportView
from services.portal.rules.operations.import_row import COLUMNS, Kind
from services.portal.rules.operations.import_row import decide as decide_row
from shared import ids
from shared.database import Begin
from shared.errors import Invalid

BATCH: Final = 500  # rows
TRIES: Final = 3
MOST_PROBLEMS: Final = 1000  # told one by one; the rest only counted
Progress: TypeAlias = Callable[[int], object]
"""Told how many bytes of the file are done; of two passes, each counts from the start."""


def unnoted(_position: int) -> None:
    """Progress that nobody asks for."""


_ADD: Final[Mapping[Kind, Callable[..., Outcome]]] = {
    Kind.CUSTOMERS: add_customers,
    Kind.PAYMENTS: add_payments,
    Kind.SUBSCRIPTIONS: add_subscriptions,
}


class _NothingGoesIn(Exception):
    """Rolls the one transaction of an all-or-nothing import back."""


@dataclass
class Tally:
    """What has become of the rows so far."""

    rows: int = 0
    added: int = 0
    customers_added: int = 0
    unchanged: int = 0
    refused: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)

    def refuse(self, problem: Problem) -> None:
        self.refused += 1
        for error in problem.errors:
            if len(self.errors) < MOST_PROBLEMS:
                told = {"line": problem.line, "field": error.field, "code": error.code, "params": dict(error.params)}
                self.errors.append(told)

    def add(self, outcome: Outcome) -> None:
        self.added += outcome.added
        self.customers_added += outcome.customers_added
        self.unchanged += outcome.unchanged
        for problem in outcome.problems:
            self.refuse(problem)

    def nothing(self) -> "Tally":
        """The same problems, and nothing went in."""
        return Tally(rows=self.rows, refused=self.refused, errors=self.errors)


def run(
    begin: Begin,
    *,
    kind: Kind,
    file: BinaryIO,
    file_name: str,
    all_or_nothing: bool = False,
    progress: Progress = unnoted,
    now: datetime,
) -> ImportView:
    """Bring a file in. `file` can be read from its start again. What was wrong is told, not raised."""
    row = new(kind, file_name, all_or_nothing=all_or_nothing, status="running", now=now)
    import_id = row.id
    with begin() as session:
        session.add(row)
    return carry_out(
        begin,
        import_id=import_id,
        kind=kind,
        file=file,
        all_or_nothing=all_or_nothing,
        progress=progress,
        now=now,
    )


def carry_out(
    begin: Begin,
    *,
    import_id: str,
    kind: Kind,
    file: BinaryIO,
    all_or_nothing: bool,
    progress: Progress = unnoted,
    now: datetime,
) -> ImportView:
    """Bring in the file of an import that is there already; the kept file goes with the end of it."""
    take = _all_or_nothing if all_or_nothing else _what_is_good
    tally = Tally()
    try:
        tally = take(begin, kind, file, progress, now)
    except HeaderRefused as refused:
        tally.refuse(Problem(1, refused.problems))
    with begin() as session:
        return _finish(session, import_id, tally, now)


def look(session: Session, *, kind: Kind, file: BinaryIO, now: datetime) -> Tally:
    """What bringing the file in would do. Writes nothing."""
    tally, keys, book = Tally(), Keys(), Book()
    try:
        for chunk in _chunks(file, kind):
            tally.add(import_looks.look(session, kind, _usable(chunk, kind, keys, tally, now), book))
            session.expunge_all()  # what is read of one batch is not kept for the next
    except HeaderRefused as refused:
        tally.refuse(Problem(1, refused.problems))
    return tally


def _what_is_good(begin: Begin, kind: Kind, file: BinaryIO, progress: Progress, now: datetime) -> Tally:
    tally, keys = Tally(), Keys()
    for chunk in _chunks(file, kind):
        usable = _usable(chunk, kind, keys, tally, now)
        tally.add(_put_in(begin, kind, usable, now))
        progress(chunk[-1].position)
    return tally


def _put_in(begin: Begin, kind: Kind, usable: list[Numbered], now: datetime) -> Outcome:
    """One batch, in one transaction. Another import may put the same rows in meanwhile; then we look again."""
    for _ in range(TRIES):
        try:
            with begin() as session:
                return _ADD[kind](session, usable, now=now)
        except IntegrityError as error:
            collision = error
    raise collision


def _all_or_nothing(begin: Begin, kind: Kind, file: BinaryIO, progress: Progress, now: datetime) -> Tally:
    checked, keys = Tally(), Keys()
    for chunk in _chunks(file, kind):
        _usable(chunk, kind, keys, checked, now)
        progress(chunk[-1].position)
    if checked.refused:
        return checked
    tally, keys = Tally(), Keys()
    try:
        with begin() as session:
            for chunk in _chunks(file, kind):
                tally.add(_ADD[kind](session, _usable(chunk, kind, keys, tally, now), now=now))
                session.expunge_all()  # what is read of one batch is not kept for the next
                progress(chunk[-1].position)
            if tally.refused:
                raise _NothingGoesIn
    except _NothingGoesIn:
        return tally.nothing()
    return tally


def _chunks(file: BinaryIO, kind: Kind) -> Iterator[Sequence[CsvRow]]:
    file.seek(0)
    rows = read(file, COLUMNS[kind])
    while chunk := list(islice(rows, BATCH)):
        yield chunk


def _usable(chunk: Sequence[CsvRow], kind: Kind, keys: Keys, tally: Tally, now: datetime) -> list[Numbered]:
    usable: list[Numbered] = []
    for each in chunk:
        tally.rows += 1
        if each.problems:
            tally.refuse(Problem(each.line, each.problems))
            continue
        try:
            row = decide_row(kind, each.values, now=now)
        except Invalid as invalid:
            tally.refuse(Problem(each.line, invalid.fields))
        else:
            usable.append(Numbered(each.line, row, keys.of(row)))
    return usable


def new(kind: Kind, file_name: str, *, all_or_nothing: bool, status: str, now: datetime) -> Import:
    """A row of which nothing is known yet."""
    plain = "".join(character for character in PurePath(file_name).name if character.isprintable())
    return Import(
        id=ids.new("imp"),
        kind=kind.value,
        file_name=plain[:200],
        all_or_nothing=all_or_nothing,
        status=status,
        rows=0,
        added=0,
        customers_added=0,
        unchanged=0,
        refused=0,
        errors=[],
        created_at=now,
        finished_at=None,
    )


def tell(row: Import, tally: Tally) -> None:
    """Note in the row what became, or would become, of the file's rows."""
    row.rows, row.added, row.customers_added = tally.rows, tally.added, tally.customers_added
    row.unchanged, row.refused, row.errors = tally.unchanged, tally.refused, tally.errors


def finish(session: Session, row: Import, tally: Tally, *, now: datetime) -> ImportView:
    """Nothing is left to do."""
    went_in = tally.added + tally.unchanged
    row.status = "completed" if not tally.refused else "completed_with_errors" if went_in else "refused"
    row.finished_at = now
    tell(row, tally)
    after = {"kind": row.kind, "rows": row.rows, "added": row.added, "refused": row.refused}
    action_log.write(session, action=f"import.{row.status}", of=row.id, before=None, after=after, now=now)
    session.execute(delete(ImportFile).where(ImportFile.id == row.id))
    return queries.view(row)


def _finish(session: Session, import_id: str, tally: Tally, now: datetime) -> ImportView:
    return finish(session, session.get_one(Import, import_id), tally, now=now)
