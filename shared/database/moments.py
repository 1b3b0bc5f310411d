"""Lists in the order of their moments, newest first, cut where another list of other things was cut too.

A place in such a list is a moment and an id: ids of different things differ, so several lists have one order together.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Select, literal, tuple_

_BETWEEN: Final = "~"
_LONGEST_ID: Final = 80


@dataclass(frozen=True, order=True)
class Place:
    """Where a list was cut: after what happened then."""

    at: datetime
    id: str

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC).replace(tzinfo=None).isoformat()}Z{_BETWEEN}{self.id}"


def read(told: str) -> Place | None:
    """A place as `str` wrote it; None for what is none."""
    moment, _, of = told.partition(_BETWEEN)
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return Place(at.astimezone(UTC), of) if at.tzinfo and 0 < len(of) <= _LONGEST_ID else None


def before(statement: Select[Any], at: Any, id_: Any, *, place: Place | None, limit: int) -> Select[Any]:
    """The newest of the statement, by its columns `at` and `id_`, from the place on. The statement has no order yet."""
    if place is not None:
        statement = statement.where(tuple_(at, id_) < tuple_(literal(place.at, at.type), literal(place.id)))
    return statement.order_by(at.desc(), id_.desc()).limit(limit)
