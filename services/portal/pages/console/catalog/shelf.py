"""What every list of the catalog does beside showing itself: it comes as a file, and its things are put away."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response
from sqlalchemy import Select

from services.portal.pages.console.catalog import chosen, lists, saving
from services.portal.pages.console.catalog.chosen import Update
from shared.web import staff


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A list of one kind of thing, `name` in addresses, where `of` is what the id of one is called.

    `rows` is all of it, `listed` what the address narrows it to; `update` is the action of one thing's own page.
    """

    name: str
    of: str
    rows: Callable[[], Select[Any]]
    view: Callable[[Any], Any]
    columns: Sequence[str]
    update: Update
    listed: Callable[[], Select[Any]] | None = None
    called: str = "name"
    doings: Sequence[str] = chosen.ARCHIVING


def serve(blueprint: Blueprint, shelf: Shelf) -> None:
    """Add these addresses."""

    @blueprint.post("")
    @staff("admin")
    def change_chosen() -> Response:
        """Do what was chosen to those that are ticked; who has one of them keeps it."""
        return chosen.answered(shelf.name, shelf.rows(), shelf.update, called=shelf.called, doings=shelf.doings)

    @blueprint.get("/list.csv")
    @staff("read_only")
    def download() -> Response:
        """Those of the list, as a file."""
        statement = (shelf.listed or shelf.rows)()
        return lists.download(shelf.name, statement, columns=shelf.columns, view=shelf.view)

    @blueprint.post(f"/<{shelf.of}>/archive")
    @staff("admin")
    def archive(**ids: str) -> Response:
        """Put it away, or bring it back; who has it keeps it."""
        (one,) = ids.values()

        def update(is_archived: bool) -> object:
            values: Mapping[str, Any] = {"archived": is_archived}
            return shelf.update(one, values)

        return saving.archive(update, back=f"{saving.HOME}/{shelf.name}/{one}")
