"""What happened, in the console: found by type, customer, cause, request and day, and read with its fields."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final, get_args

from flask import Blueprint, Response
from sqlalchemy import Select

from services.notifications.queries import events as queries
from services.notifications.queries import lists
from shared import spreadsheet
from shared.events import NAMES, ActorKind
from shared.web import begin, console, console_lists, in_steps, session, staff
from shared.web.downloads import attached, within_scope

blueprint = Blueprint("console_events", __name__, url_prefix="/console/events")

HOME: Final = "/console/events"
ACTORS: Final = get_args(ActorKind)
ASKED: Final = ("type", "customer", "actor", "request_id")
DAYS: Final = ("created_from", "created_to")
"""Days in UTC, as the page shows all times; both are included."""

_DAY: Final = timedelta(days=1)
_LAST: Final = datetime.max.replace(tzinfo=UTC) - _DAY
_COLUMNS: Final = ("id", "type", "customer", "actor_kind", "actor_id", "request_id", "created_at")


@blueprint.get("")
@staff("support")
def index() -> Response:
    """The events that fit, newest first."""
    found = console_lists.cut(_listing(), queries.ROW)
    return console.show(
        "notifications/console/events.html",
        listed=[queries.view(row) for row in found.rows],
        cut=found,
        asked={name: console_lists.asked(name) or "" for name in (*ASKED, *DAYS)},
        types=NAMES,
        actors=ACTORS,
        csv=console_lists.address(f"{HOME}/csv"),
    )


@blueprint.get("/csv")
@staff("support")
@in_steps
def table() -> Response:
    """The same events for a spreadsheet, all of them, without their fields."""
    lines = spreadsheet.streamed(_COLUMNS, _batches())
    return attached(within_scope(lines), name="events.csv", mimetype="text/csv")


@blueprint.get("/<event_id>")
@staff("support")
def show(event_id: str) -> Response:
    """One event with its fields, as JSON. Raises NotFound."""
    found = queries.get(session(), event_id=event_id)
    data = json.dumps(found.data, indent=2, ensure_ascii=False)
    return console.show("notifications/console/event.html", event=found, data=data)


def _listing() -> Select[Any]:
    """What the address asks for."""
    among = {"type": NAMES, "actor": ACTORS}
    after, before = (day(console_lists.asked(name)) for name in DAYS)
    return queries.listing(
        **{name: console_lists.asked(name, among=among.get(name)) for name in ASKED},
        created_from=after,
        created_to=end_of(before),
    )


def day(typed: str | None) -> datetime | None:
    """The beginning of the day, in UTC; None for what is none."""
    try:
        return datetime.combine(datetime.fromisoformat(typed or "").date(), time(), UTC)
    except ValueError:
        return None


def end_of(day: datetime | None) -> datetime | None:
    """Where the next one begins."""
    return day + _DAY if day and day < _LAST else None


def _batches() -> Iterator[list[Mapping[str, Any]]]:
    listing = _listing()  # while there is a request to ask
    return map(_told, lists.batches(begin(), listing, queries.ROW, queries.view))


def _told(batch: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [{**each, "actor_kind": each["actor"].kind, "actor_id": each["actor"].id} for each in batch]
