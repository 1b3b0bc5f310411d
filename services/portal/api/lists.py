"""A page of a list, its rows turned into views."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select

from shared.web import session
from shared.web.paging import page


def listed(
    statement: Select[Any], args: dict[str, Any], view: Callable[[Any], Any], *, by: Any = None, row: Any = None
) -> dict[str, Any]:
    """The page of `statement` that `args` ask for, in the order of `by`, if one is given, cut by the ids of `row`.

    Raises InvalidCursor.
    """
    model = row or statement.column_descriptions[0]["entity"]
    found = page(session(), statement, model, args, by=by)
    return {"data": [view(row) for row in found.data], "has_more": found.has_more}
