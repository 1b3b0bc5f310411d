"""A list of any length, in pieces that fit the memory."""

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from sqlalchemy import Select

from shared.database import Begin

View = TypeVar("View")
AT_ONCE: Final = 1_000


def pieces(begin: Begin, statement: Select[Any], row: Any, view: Callable[[Any], View]) -> Iterator[list[View]]:
    """All that the statement finds, newest first, each piece in a transaction of its own. `row` has the ids."""
    last = None
    while True:
        with begin() as session:
            rest = statement if last is None else statement.where(row.id < last)
            rows = session.scalars(rest.order_by(row.id.desc()).limit(AT_ONCE)).all()
            found = [view(each) for each in rows]
            last = rows[-1].id if rows else None
        if found:
            yield found
        if len(found) < AT_ONCE:
            return
