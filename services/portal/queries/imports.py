"""Files that were brought in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.portal.models import Import
from shared.errors import NotFound


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


def listing() -> Select[Import]:
    """All imports."""
    return select(Import)


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
