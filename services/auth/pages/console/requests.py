"""The request log: what the vendor's keys asked of the API that wrote, or was refused, and why it was."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from typing import Any, Final

from flask import Blueprint, Response

from services.auth.adapters import Adapters
from services.auth.pages.console import shell
from services.auth.queries import api_requests as queries
from services.auth.queries import keys
from services.auth.queries.api_requests import Found
from services.auth.rules.roles import Ability
from services.auth.schemas.api_requests import METHODS, STATUS
from shared import clock, spreadsheet
from shared.database.api_requests import KINDS, Wanted
from shared.web import adapters, begin, console_lists, in_steps, session
from shared.web.console_lists import Cut
from shared.web.downloads import attached, within_scope

blueprint = Blueprint("console_requests", __name__, url_prefix="/console/developers/requests")

HOME: Final = "/console/developers/requests"
ASKED: Final = ("kind", "method", "status", "code", "key", "request_id")
MOMENTS: Final = ("created_from", "created_to")
_AMONG: Final = {"kind": KINDS, "method": METHODS}
_COLUMNS: Final = (
    "id",
    "created_at",
    "key",
    "method",
    "path",
    "status",
    "code",
    "refused_fields",
    "idempotency_key",
    "is_replayed",
    "request_id",
    "milliseconds",
)


@blueprint.get("")
@shell.may(Ability.SEE_API_REQUESTS)
def index() -> Response:
    """The requests that fit, newest first; without those of a service that does not answer, which is said."""
    found, cut = _found()
    return shell.show(
        "auth/console/requests.html",
        cut=cut,
        missing=found.missing,
        asked={name: console_lists.asked(name) or "" for name in (*ASKED, *MOMENTS)},
        kinds=KINDS,
        methods=METHODS,
        keys={each.id: each.name for each in keys.listed(session())},
        csv=console_lists.address(f"{HOME}/csv"),
    )


@blueprint.get("/csv")
@shell.may(Ability.SEE_API_REQUESTS)
@in_steps
def table() -> Response:
    """The same requests for a spreadsheet, all of them. Raises Unavailable where a service does not answer."""
    batches = queries.batches(begin(), adapters(Adapters), _wanted())
    first: Iterator[Any] = iter([next(batches)])  # what cannot be had is said before a file is promised
    lines = spreadsheet.streamed(_COLUMNS, chain(first, batches))
    return attached(within_scope(lines), name="api-requests.csv", mimetype="text/csv")


@blueprint.get("/<request_id>")
@shell.may(Ability.SEE_API_REQUESTS)
def show(request_id: str) -> Response:
    """One request, and the way to what it caused. Raises NotFound, Unavailable."""
    found = queries.one(session(), adapters(Adapters), request_id, now=clock.now())
    names = {each.id: each.name for each in keys.listed(session())}
    return shell.show("auth/console/request.html", line=found, key_name=names.get(found.key))


def _wanted(**places: Any) -> Wanted:
    """What the address asks for."""
    given: dict[str, Any] = {name: console_lists.asked(name, among=_AMONG.get(name)) for name in ASKED}
    moments: dict[str, Any] = {name: _moment(name) for name in MOMENTS}
    if given["status"] and not re.fullmatch(STATUS, given["status"], re.ASCII):
        given["status"] = None
    return Wanted(limit=console_lists.ROWS, **given, **moments, **places)


def _moment(name: str) -> datetime | None:
    """A moment in UTC, as the page shows all times; what is none asks for nothing."""
    try:
        return datetime.fromisoformat(console_lists.asked(name) or "").replace(tzinfo=UTC)
    except ValueError:
        return None


def _found() -> tuple[Found, Cut[Any]]:
    """A page of the list; a place that is not in it any more is its beginning."""
    after, before = console_lists.asked("starting_after"), console_lists.asked("ending_before")
    if after:
        before = None
    found = queries.page(session(), adapters(Adapters), _wanted(after=after, before=before), now=clock.now())
    if (after or before) and not found.knows_place:
        after = before = None
        found = queries.page(session(), adapters(Adapters), _wanted(), now=clock.now())
    if not found.data:
        return found, Cut(rows=(), newer=None, older=None)
    has_newer = found.has_more if before else after is not None
    has_older = before is not None or found.has_more
    return found, Cut(
        rows=found.data,
        newer=console_lists.address(ending_before=found.data[0].id) if has_newer else None,
        older=console_lists.address(starting_after=found.data[-1].id) if has_older else None,
    )
