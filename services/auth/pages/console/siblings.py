"""Tells the siblings who is in the console, for the shell around their pages, and when a customer signed in, for the
customer's timeline: by the passport of whoever is in the console.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any, Final, NamedTuple

from flask import Blueprint, Response, jsonify, request

from services.auth.pages.console import shell
from services.auth.queries import session_endings, sessions
from services.auth.queries.sessions import SessionRecord
from shared import clock
from shared.errors import NotFound
from shared.web import caller, internal, session, timelines

blueprint = Blueprint("console_siblings", __name__, url_prefix="/internal")

OTHER: Final = "other"
"""Of sessions that ended before it was kept why."""


@blueprint.get("/staff")
@internal(open=True)
def show() -> Response:
    """Name, vendor and other vendors of the caller. 404 for anybody who is not in the console."""
    who = caller()
    found = shell.ask_here(who) if who.kind == "staff" and not who.is_looking_on else None
    if found is None:
        raise NotFound
    return jsonify(asdict(found))


@blueprint.get("/customers/<customer_id>/sign_ins")
@internal(open=True)
def sign_ins(customer_id: str) -> Response:
    """The newest sign-ins, from a place on, and where `endings` are asked for, what ended of them.

    Staff who look on are none. 404 for anybody who is not in the console.
    """
    asked = timelines.by_staff()
    which: dict[str, Any] = {"customer": customer_id, "place": asked.place, "limit": asked.limit, "now": clock.now()}
    found = [Moment(each.created_at, each.id, _told(each)) for each in sessions.newest_of(session(), **which)]
    if request.args.get("endings") == "1":
        over = session_endings.newest_of(session(), **which)
        found += [Moment(each.at, each.id, _told(each.of) | {"ended_for": each.of.ended_for or OTHER}) for each in over]
    newest = sorted(found, key=lambda each: each[:2], reverse=True)[: asked.limit]
    return jsonify([each.told | {"id": each.id, "at": each.at.isoformat()} for each in newest])


class Moment(NamedTuple):
    """Something to tell, in its place."""

    at: datetime
    id: str
    told: dict[str, str | None]


def _told(found: SessionRecord) -> dict[str, str | None]:
    return {
        "way_in": found.way_in,
        "browser": found.browser,
        "system": found.system,
        "delegate": found.delegate,
    }
