"""Tells the siblings who is in the console, for the shell around their pages, and when a customer signed in, for the
customer's timeline: by the passport of whoever is in the console.
"""

from dataclasses import asdict

from flask import Blueprint, Response, jsonify

from services.auth.pages.console import shell
from services.auth.queries import sessions
from services.auth.queries.sessions import SessionRecord
from shared import clock
from shared.errors import NotFound
from shared.web import caller, internal, session, timelines

blueprint = Blueprint("console_siblings", __name__, url_prefix="/internal")


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
    """The newest sign-ins, from a place on; staff who look on are none. 404 for anybody who is not in the console."""
    asked = timelines.by_staff()
    found = sessions.newest_of(session(), customer=customer_id, place=asked.place, limit=asked.limit, now=clock.now())
    return jsonify([_told(each) for each in found])


def _told(found: SessionRecord) -> dict[str, str | None]:
    return {
        "id": found.id,
        "at": found.created_at.isoformat(),
        "way_in": found.way_in,
        "browser": found.browser,
        "system": found.system,
        "delegate": found.delegate,
    }
