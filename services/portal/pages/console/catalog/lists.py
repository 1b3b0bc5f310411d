"""Lists of the catalog: searched, filtered and turned over by what the address says, and as a file of the same."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from flask import Response, request
from sqlalchemy import Select

from services.portal.pages.console.catalog import chosen, saving
from services.portal.queries import catalog
from shared import spreadsheet
from shared.web import console, console_lists, session
from shared.web.console_lists import Cut
from shared.web.downloads import attached
from shared.web.paging import DEFAULT_LIMIT

NARROWED_BY: Final = ("campaign", "product")
"""What a list can be limited to the things of."""

_FIRST: Final = catalog.SHOWS[0]


@dataclass(frozen=True, kw_only=True)
class Found:
    """A page of a list, and what it was asked for by."""

    cut: Cut[Any]
    words: str
    show: str

    @property
    def rows(self) -> tuple[Any, ...]:
        """What stands on the page."""
        return self.cut.rows

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.words) or self.show != _FIRST


def of(name: str) -> str | None:
    """The id that the address narrows the list to."""
    return console_lists.asked(name)


def found(statement: Select[Any]) -> Found:
    """The page that the address asks for. Raises InvalidCursor."""
    words, show = _asked()
    entity = statement.column_descriptions[0]["entity"]
    narrowed = catalog.narrowed(statement, words=words, show=show)
    return Found(cut=console_lists.cut(narrowed, entity, rows=DEFAULT_LIMIT, forgives=False), words=words, show=show)


def show(name: str, found: Found, *, doings: Sequence[str] = chosen.ARCHIVING, **views: Any) -> Response:
    """The page of a list; `name` is its part of the address, `doings` what can be done to several of it at once."""
    return console.show(
        f"portal/console/catalog/{name.replace('-', '_')}.html",
        home=saving.HOME,
        here=f"{saving.HOME}/{name}",
        found=found,
        offer=chosen.offer(name, show=found.show, doings=doings),
        csv=console_lists.address(f"{saving.HOME}/{name}/list.csv"),
        shows=catalog.SHOWS,
        narrowed_to=next((each for each in map(of, NARROWED_BY) if each), None),
        **views,
    )


def download(name: str, statement: Select[Any], *, columns: Sequence[str], view: Callable[[Any], Any]) -> Response:
    """All of the list, filtered alike, as CSV. Amounts are minor units, as in the API."""
    words, show = _asked()
    narrowed = catalog.narrowed(statement, words=words, show=show)

    def written() -> Iterator[list[dict[str, Any]]]:
        for rows in catalog.batches(session(), narrowed):
            yield [_plain(asdict(view(row))) for row in rows]

    content = b"".join(spreadsheet.streamed(columns, written()))
    return attached(content, name=f"{name}.csv", mimetype="text/csv; charset=utf-8")


def _asked() -> tuple[str, str]:
    words, show = request.args.get("q", "")[: console.LONGEST].strip(), request.args.get("show", "")
    return words.replace("\0", ""), show if show in catalog.SHOWS else _FIRST


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: list(each) if isinstance(each, tuple) else each for name, each in values.items()}
