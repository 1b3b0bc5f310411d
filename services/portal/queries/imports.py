"""Files that were brought in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.portal.models import Import, ImportFile
from services.portal.queries.batches import pieces
from shared.database import Begin
from shared.errors import NotFound

ROW: Final = Import
"""What a listing yields."""


@dataclass(frozen=True, kw_only=True)
class RowError:
    """Why a row was refused: `field` is empty when it is about the whole line."""

    line: int
    field: str
    code: str
    params: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ImportView:
    """What became of a file. `errors` are the first thousand; `refused` counts the rows."""

    id: str
    kind: str
    file_name: str
    all_or_nothing: bool
    status: str
    rows: int
    added: int
    customers_added: int
    unchanged: int
    refused: int
    errors: tuple[RowError, ...]
    created_at: datetime
    finished_at: datetime | None


def record(session: Session, *, import_id: str) -> ImportView:
    """One import. Raises NotFound."""
    row = session.scalars(select(Import).where(Import.id == import_id)).one_or_none()
    if row is None:
        raise NotFound
    return view(row)


def progress(session: Session, *, import_id: str) -> int | None:
    """How much of a file is in, in percent; None where it is not under way."""
    found = session.execute(select(ImportFile.done, ImportFile.size).where(ImportFile.id == import_id)).one_or_none()
    return None if found is None or not found.size else min(found.done * 100 // found.size, 100)


def listing(*, kind: str | None = None, status: str | None = None) -> Select[Import]:
    """The imports that fit, in no order yet; None means any."""
    statement = select(Import) if kind is None else select(Import).where(Import.kind == kind)
    return statement if status is None else statement.where(Import.status == status)


def batches(begin: Begin, statement: Select[Import]) -> Iterator[list[ImportView]]:
    """All of them, newest first, in pieces."""
    return pieces(begin, statement, ROW, view)


def view(row: Import) -> ImportView:
    """A row as a view."""
    return ImportView(
        id=row.id,
        kind=row.kind,
        file_name=row.file_name,
        all_or_nothing=row.all_or_nothing,
        status=row.status,
        rows=row.rows,
        added=row.added,
        customers_added=row.customers_added,
        unchanged=row.unchanged,
        refused=row.refused,
        errors=tuple(RowError(**error) for error in row.errors),
        created_at=row.created_at,
        finished_at=row.finished_at,
    )
