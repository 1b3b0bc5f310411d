"""Several things of the catalog at once: put away, brought back; and products, in portals, hidden and shown."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from flask import Response
from sqlalchemy import Select

from services.portal.pages.console.catalog import saving
from shared.web import chosen, console_lists

Update: TypeAlias = Callable[[str, Mapping[str, Any]], object]
"""The action of the thing's own page: its id, and what changes."""

ARCHIVING: Final = ("archive", "restore")
SHOWING: Final = ("hide", "show")
_SENSIBLE: Final = {"current": ("archive", *SHOWING), "archived": ("restore",), "all": (*ARCHIVING, *SHOWING)}
_WANTED: Final[Mapping[str, tuple[str, bool]]] = {
    "archive": ("archived", True),
    "restore": ("archived", False),
    "hide": ("show_in_portal", False),
    "show": ("show_in_portal", True),
}
"""What a doing sets, and to what."""


def offer(name: str, *, show: str, doings: Sequence[str] = ARCHIVING) -> chosen.Offer:
    """What makes sense in the list of this name, for what it shows: nothing current is brought back."""
    sensible = [each for each in doings if each in _SENSIBLE[show]]
    return chosen.offer(f"{saving.HOME}/{name}", kind=name, role="admin", doings=sensible)


def answered(
    name: str, statement: Select[Any], update: Update, *, called: str = "name", doings: Sequence[str] = ARCHIVING
) -> Response:
    """Do what was chosen to the rows of `statement` that were ticked; `called` is the field that names one.

    Raises NotFound, Invalid.
    """
    of = statement.column_descriptions[0]["entity"]

    def named(ids: Sequence[str]) -> dict[str, str]:
        found = console_lists.picked(statement, of, ids)
        return {each: getattr(row, called) for each, row in found.items()}

    def doing(field: str, wanted: bool) -> chosen.Doing:
        def do(of_id: str) -> bool:
            row = console_lists.picked(statement, of, [of_id])[of_id]
            is_so = row.archived_at is not None if field == "archived" else row.show_in_portal
            if is_so is not wanted:
                update(of_id, {field: wanted})
            return bool(is_so is not wanted)

        return do

    return chosen.answered(
        f"{saving.HOME}/{name}", kind=name, named=named, doings={each: doing(*_WANTED[each]) for each in doings}
    )
