"""Lists of the console: what is asked for stands in the address, and so does the place in the list.

The rows are cut as the API cuts them (`shared.web.paging`); a place that is not in the list any more is its beginning.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar
from urllib.parse import urlencode

from flask import request
from sqlalchemy import Select

from shared.web.context import session
from shared.web.paging import InvalidCursor, page

Row = TypeVar("Row")
ROWS: Final = 50
LONGEST: Final = 200  # characters of what is searched for
NUL: Final = "\0"  # PostgreSQL takes no text with it
_PLACES: Final = ("starting_after", "ending_before")
_SAID_ONCE: Final = ("done", "count", "all")  # what a page tells or ticks, and no other page of the list


@dataclass(frozen=True, kw_only=True)
class Cut(Generic[Row]):
    """Some rows of a list, and the addresses of the page before and of the next one, where there are such."""

    rows: tuple[Row, ...]
    newer: str | None
    older: str | None


def asked(name: str, *, among: Collection[str] | None = None) -> str | None:
    """What the address asks for under this name, if anything; of `among`, where only these make sense."""
    given = request.args.get(name, "").replace(NUL, "").strip()[:LONGEST]
    return given if given and (among is None or given in among) else None


def cut(select: Select[Any], model: Any, *, rows: int = ROWS, forgives: bool = True, by: Any = None) -> Cut[Any]:
    """The page of the list that the address names, in the order of the column `by`, if one is given.

    Raises InvalidCursor for a place not in it, unless it `forgives`.
    """
    places = {name: asked(name) for name in _PLACES}
    if all(places.values()):
        places["ending_before"] = None
    try:
        found = page(session(), select, model, {"limit": rows, **places}, by=by)
    except InvalidCursor:
        if not forgives:
            raise
        places = dict.fromkeys(_PLACES)
        found = page(session(), select, model, {"limit": rows, **places}, by=by)
    backwards = places["ending_before"] is not None
    has_newer = found.has_more if backwards else places["starting_after"] is not None
    has_older = True if backwards else found.has_more
    if not found.data:
        return Cut(rows=(), newer=None, older=None)
    return Cut(
        rows=found.data,
        newer=address(ending_before=found.data[0].id) if has_newer else None,
        older=address(starting_after=found.data[-1].id) if has_older else None,
    )


def address(path: str = "", **places: str) -> str:
    """The list with what it is asked for, at another place, or under another path."""
    left_out = (*_PLACES, *_SAID_ONCE)
    kept = [(name, value) for name, value in request.args.items() if name not in left_out and value]
    query = urlencode([*kept, *places.items()])
    return f"{path or request.path}?{query}" if query else path or request.path


def here(**places: str) -> str:
    """The same page of the list, with something more said."""
    return address(**{name: value for name in _PLACES if (value := asked(name))}, **places)


def picked(select: Select[Any], model: Any, ids: Collection[str]) -> dict[str, Any]:
    """Those rows of the list, by id; what is not in it is missing. One statement."""
    wanted = [each for each in ids if NUL not in each]
    return {row.id: row for row in session().scalars(select.where(model.id.in_(wanted)))}
