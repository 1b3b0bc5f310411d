"""The record: every line of the action log of this mode, what it changed, and whether the log is whole (J09)."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields, replace
from datetime import datetime, time, timedelta, tzinfo
from typing import Any, Final, get_args

from flask import Blueprint, Response, request

from services.portal.pages.console import lines
from services.portal.queries import action_log as queries
from services.portal.queries import billing
from services.portal.queries.action_log import ChainView, EntryView, Wanted
from shared import spreadsheet
from shared.events import ActorKind
from shared.i18n import DEFAULT, catalog
from shared.web import begin, console, console_lists, in_steps, session, staff
from shared.web.downloads import attached, within_scope

blueprint = Blueprint("console_record", __name__, url_prefix="/console/record")

HOME: Final = "/console/record"
ACTORS: Final = get_args(ActorKind)
ASKED: Final = ("about", "actor_kind", "action", "since", "until")
"""What the address may ask for; `since` and `until` are days, both included."""
_COLUMNS: Final = tuple(each.name for each in fields(EntryView))
_DID: Final = "console.did."
_DAY: Final = timedelta(days=1)


@blueprint.get("")
@staff("read_only")
def index() -> Response:
    """The lines that fit, newest first."""
    return _page()


@blueprint.get("/csv")
@staff("read_only")
@in_steps
def table() -> Response:
    """The same lines for a spreadsheet, all of them."""
    statement = queries.listing(_wanted())
    batches = queries.batches(begin(), statement)

    def rows() -> Iterator[list[Mapping[str, Any]]]:
        for batch in batches:
            yield [asdict(each) for each in batch]

    return attached(within_scope(spreadsheet.streamed(_COLUMNS, rows())), name="record.csv", mimetype="text/csv")


@blueprint.post("/check")
@staff("support")
def check() -> Response:
    """Check every line against the chain of hashes."""
    return _page(checked=queries.verify_own(session()))


def _page(*, checked: ChainView | None = None) -> Response:
    found = console_lists.cut(queries.listing(_wanted()), queries.ROW)
    if checked is not None and found.older:  # the page of the check is none to go on from
        found = replace(found, older=found.older.replace(request.path, HOME, 1))
    return console.show(
        "portal/console/settings/record.html",
        rows=lines.shown(queries.view(row) for row in found.rows),
        cut=found,
        asked={name: console_lists.asked(name) or "" for name in ASKED},
        actors=ACTORS,
        actions=_actions(),
        csv=console_lists.address(f"{HOME}/csv"),
        zone=billing.settings(session()).zone,
        checked=checked,
    )


def _wanted() -> Wanted:
    """What the address asks for. A day that is none asks for nothing."""
    zone = billing.settings(session()).zone
    until = _day("until", zone)
    return Wanted(
        about=console_lists.asked("about"),
        actor_kind=console_lists.asked("actor_kind", among=ACTORS),
        action=console_lists.asked("action"),
        since=_day("since", zone),
        until=until + _DAY if until else None,
    )


def _day(name: str, zone: tzinfo) -> datetime | None:
    try:
        return datetime.combine(datetime.fromisoformat(request.args.get(name, "")).date(), time(), zone)
    except (ValueError, OverflowError):
        return None


def _actions() -> list[tuple[str, str]]:
    """Those that have words, by their words; the one that is asked for among them."""
    known = {key.removeprefix(_DID) for key in catalog(DEFAULT) if key.startswith(_DID)}
    asked = console_lists.asked("action")
    return sorted(
        ((each, lines.said(each)) for each in known | ({asked} if asked else set())), key=lambda each: each[1]
    )
