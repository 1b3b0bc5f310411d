"""The console's search: by a word to whatever it names, or to a page of the console.

As a page of its own, and as a list for the dialog that Ctrl K opens on every page of the console.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response

from services.portal.queries import console_search, time
from services.portal.queries.console_search import Hit, Kind
from shared.i18n import text
from shared.web import console, console_lists, session, staff
from shared.web.htmx import language

blueprint = Blueprint("console_search", __name__, url_prefix="/console/search")

_PATHS: Final[dict[Kind, str]] = {
    "customer": "/console/customers/{id}",
    "subscription": "/console/customers/{customer}#{id}",
    "payment": "/console/customers/{customer}#payments",
    "ticket": "/console/tickets/{id}",
    "plan": "/console/catalog/plans/{id}",
    "portal": "/console/portals/{id}",
}
_ELSEWHERE: Final = (
    ("customers", "/console/customers"),
    ("invoices", "/console/invoices"),
    ("mails", "/console/messages"),
)
"""Lists with a search of their own."""


@dataclass(frozen=True, kw_only=True)
class Way:
    """A link to what was found: where it leads, what it is called, and what tells it from others."""

    path: str
    name: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """What was found of one kind. `name` is the end of the key of its heading."""

    name: str
    symbol: str
    ways: tuple[Way, ...]


_SYMBOLS: Final[dict[Kind, str]] = {
    "customer": "users",
    "subscription": "package",
    "payment": "file-text",
    "ticket": "ticket",
    "plan": "tag",
    "portal": "app-window",
}


@blueprint.get("")
@staff("read_only")
def index() -> Response:
    """What the word names."""
    console.enter()
    words = console_lists.asked("q") or ""
    found = _found(words)
    return console.show(
        "portal/console/search.html",
        fragment="found",
        words=words,
        groups=found,
        count=sum(len(each.ways) for each in found),
        elsewhere=_elsewhere(words),
    )


def _found(words: str) -> tuple[Group, ...]:
    hits = console_search.find(session(), words, now=time.now(session()))
    groups = [
        Group(name=kind, symbol=symbol, ways=tuple(_way(hit) for hit in hits if hit.kind == kind))
        for kind, symbol in _SYMBOLS.items()
    ]
    pages = Group(name="page", symbol="layout-dashboard", ways=_pages(words))
    return tuple(each for each in (*groups, pages) if each.ways)


def _way(hit: Hit) -> Way:
    return Way(path=_PATHS[hit.kind].format(id=hit.id, customer=hit.customer), name=hit.name, note=hit.note)


def _pages(words: str) -> tuple[Way, ...]:
    """The pages that the caller's role sees whose names, in the page's language, have each of the words in them."""
    parts = words.casefold().split()
    ways = []
    for section in console.reachable():
        around = text(section.name, language())
        for page in section.pages:
            name = text(page.name, language())
            if all(part in f"{around} {name}".casefold() for part in parts):
                ways.append(Way(path=page.path, name=name, note=around if around != name else ""))
    return tuple(ways)


def _elsewhere(words: str) -> tuple[tuple[str, str], ...]:
    """What else may be looked through for it: the end of the key of what that is called, and where."""
    if not words:
        return ()
    asked = urlencode({"q": words})
    return tuple((name, f"{path}?{asked}") for name, path in _ELSEWHERE)
