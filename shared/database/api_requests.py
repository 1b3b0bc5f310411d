"""What keys asked of the API, kept and found again: each service has the lines of the requests that it answered.

Ids are in the order of time across services, so whoever has the newest of each has the newest of all.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.orm import Session

from shared import ids
from shared.database.tables import api_requests

PREFIX: Final = "areq"
READING: Final = ("GET", "HEAD", "OPTIONS")
KINDS: Final = ("refused", "write")
_COLUMNS: Final = api_requests.c
_MOMENTS: Final = ("created_from", "created_to")


@dataclass(frozen=True, kw_only=True)
class ApiRequest:
    """One line. `route` has a `{name}` where an id stood, `ids` those ids by name; `code` is the problem's."""

    id: str
    mode: str
    key: str
    request_id: str
    method: str
    route: str
    ids: Mapping[str, str]
    status: int
    code: str | None
    fields: tuple[str, ...]
    idempotency_key: str | None
    is_replayed: bool
    milliseconds: int
    created_at: datetime

    @property
    def path(self) -> str:
        """The route with its ids; what was no id of ours is not kept and stays a name."""
        path = self.route
        for name, value in self.ids.items():
            path = path.replace(f"{{{name}}}", value)
        return path

    def told(self) -> dict[str, Any]:
        """For a sibling, as JSON holds it."""
        return {**asdict(self), "created_at": self.created_at.isoformat()}

    @classmethod
    def heard(cls, told: Mapping[str, Any]) -> "ApiRequest":
        """What a sibling told. Raises KeyError, TypeError, ValueError for anything else."""
        at = datetime.fromisoformat(told["created_at"])
        return cls(**{**told, "fields": tuple(told["fields"]), "created_at": at})


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which lines, and how many at most. `status` is one (`409`) or a class (`4xx`); `kind` one of `KINDS`.

    `after` and `before` are ids: lines older than the one, or the oldest of those newer than the other. `created_from`
    is the first moment, `created_to` the first that is too late.
    """

    limit: int
    after: str | None = None
    before: str | None = None
    id: str | None = None
    kind: str | None = None
    method: str | None = None
    status: str | None = None
    code: str | None = None
    key: str | None = None
    request_id: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None

    def told(self) -> dict[str, Any]:
        """For a sibling, as JSON holds it."""
        moments = {name: getattr(self, name) for name in _MOMENTS}
        return {**asdict(self), **{name: at and at.isoformat() for name, at in moments.items()}}

    @classmethod
    def heard(cls, told: Mapping[str, Any]) -> "Wanted":
        """What a sibling asks for. Raises KeyError, TypeError, ValueError for anything else."""
        moments = {name: told[name] and datetime.fromisoformat(told[name]) for name in _MOMENTS}
        return cls(**{**told, **moments})


@dataclass(frozen=True, kw_only=True)
class Lines:
    """What one service has. `knows_place`: the line that `after` or `before` names is one of its own."""

    data: tuple[ApiRequest, ...]
    knows_place: bool


def keep(session: Session, **line: Any) -> None:
    """Write a line, with an id of its own."""
    session.connection().execute(insert(api_requests).values(id=ids.new(PREFIX), **line))


def find(session: Session, wanted: Wanted, *, vendor: str, mode: str) -> Lines:
    """The lines of a vendor in a mode that fit, newest first."""
    own = (_COLUMNS.vendor == vendor) & (_COLUMNS.mode == mode)
    statement = select(api_requests).where(own, *_fitting(wanted)).limit(wanted.limit)
    if wanted.before:
        statement = statement.where(_COLUMNS.id > wanted.before).order_by(_COLUMNS.id)
    else:
        statement = statement.order_by(_COLUMNS.id.desc())
    if wanted.after:
        statement = statement.where(_COLUMNS.id < wanted.after)
    rows = session.connection().execute(statement).all()
    place = wanted.after or wanted.before
    known = place and session.connection().scalar(select(_COLUMNS.id).where(own, _COLUMNS.id == place))
    lines = sorted((_line(row) for row in rows), key=lambda line: line.id, reverse=True)
    return Lines(data=tuple(lines), knows_place=bool(known))


def _fitting(wanted: Wanted) -> list[ColumnElement[bool]]:
    exact = {
        "id": wanted.id,
        "method": wanted.method,
        "code": wanted.code,
        "key": wanted.key,
        "request_id": wanted.request_id,
    }
    asked = [_COLUMNS[name] == value for name, value in exact.items() if value is not None]
    if wanted.created_from is not None:
        asked.append(_COLUMNS.created_at >= wanted.created_from)
    if wanted.created_to is not None:
        asked.append(_COLUMNS.created_at < wanted.created_to)
    if wanted.kind == "refused":
        asked.append(_COLUMNS.status >= 400)
    if wanted.kind == "write":
        asked.append(_COLUMNS.method.not_in(READING))
    if wanted.status is not None and wanted.status.endswith("xx"):
        first = int(wanted.status[0]) * 100
        asked.append(_COLUMNS.status.between(first, first + 99))
    elif wanted.status is not None:
        asked.append(_COLUMNS.status == int(wanted.status))
    return asked


def _line(row: Any) -> ApiRequest:
    kept = {name: value for name, value in row._mapping.items() if name != "vendor"}
    return ApiRequest(**{**kept, "fields": tuple(kept["fields"])})
