"""Files of customers, payments and subscriptions, brought in: good rows go in and bad ones are told, or nothing does.

A file is read as a stream. Rows go in by the hundreds, each batch in a transaction with its events; a crash in the
middle loses nothing, since the same file brought in again adds only what is missing. With `all_or_nothing` the whole
file is checked first and then goes in with one transaction.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import PurePath
from typing import Any, BinaryIO, Final, TypeAlias

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.actions.operations.batches import (
    Keys,
    Numbered,
    Outcome,
    Problem,
    add_customers,
    add_payments,
)
from services.portal.actions.operations.csv_rows import CsvRow, HeaderRefused, read
from services.portal.actions.operations.subscription_rows import add_subscriptions
from services.portal.models import Import
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

_ADD: Final[Mapping[Kind, Callable[..., Outcome]]] = {
    Kind.CUSTOMERS: add_customers,
    Kind.PAYMENTS: add_payments,
    Kind.SUBSCRIPTIONS: add_subscriptions,
}


class _NothingGoesIn(Exception):
    """Rolls the one transaction of an all-or-nothing import back."""


@dataclass
class _Tally:
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

    def nothing(self) -> "_Tally":
        """The same problems, and nothing went in."""
        return _Tally(rows=self.rows, refused=self.refused, errors=self.errors)


def run(
    begin: Begin,
    *,
    kind: Kind,
    file: BinaryIO,
    file_name: str,
    all_or_nothing: bool = False,
    progress: Progress = lambda _position: None,
    now: datetime,
) -> ImportView:
    """Bring a file in. `file` can be read from its start again. What was wrong is told, not raised."""
    import_id = ids.new("imp")
    with begin() as session:
        session.add(_row(import_id, kind, file_name, all_or_nothing, now))
    take = _all_or_nothing if all_or_nothing else _what_is_good
    tally = _Tally()
    try:
        tally = take(begin, kind, file, progress, now)
    except HeaderRefused as refused:
        tally.refuse(Problem(1, refused.problems))
    with begin() as session:
        return _finish(session, import_id, tally, now)


def _what_is_good(begin: Begin, kind: Kind, file: BinaryIO, progress: Progress, now: datetime) -> _Tally:
    tally, keys = _Tally(), Keys()
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


def _all_or_nothing(begin: Begin, kind: Kind, file: BinaryIO, progress: Progress, now: datetime) -> _Tally:
    checked, keys = _Tally(), Keys()
    for chunk in _chunks(file, kind):
        _usable(chunk, kind, keys, checked, now)
        progress(chunk[-1].position)
    if checked.refused:
        return checked
    tally, keys = _Tally(), Keys()
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


def _usable(chunk: Sequence[CsvRow], kind: Kind, keys: Keys, tally: _Tally, now: datetime) -> list[Numbered]:
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


def _row(import_id: str, kind: Kind, file_name: str, all_or_nothing: bool, now: datetime) -> Import:
    plain = "".join(character for character in PurePath(file_name).name if character.isprintable())
    return Import(
        id=import_id,
        kind=kind.value,
        file_name=plain[:200],
        all_or_nothing=all_or_nothing,
        status="running",
        rows=0,
        added=0,
        customers_added=0,
        unchanged=0,
        refused=0,
        errors=[],
        created_at=now,
        finished_at=None,
    )


def _finish(session: Session, import_id: str, tally: _Tally, now: datetime) -> ImportView:
    row = session.get_one(Import, import_id)
    went_in = tally.added + tally.unchanged
    row.status = "completed" if not tally.refused else "completed_with_errors" if went_in else "refused"
    row.rows, row.added, row.customers_added = tally.rows, tally.added, tally.customers_added
    row.unchanged, row.refused, row.errors, row.finished_at = tally.unchanged, tally.refused, tally.errors, now
    after = {"kind": row.kind, "rows": row.rows, "added": row.added, "refused": row.refused}
    action_log.write(session, action=f"import.{row.status}", of=row.id, before=None, after=after, now=now)
    return queries.view(row)
