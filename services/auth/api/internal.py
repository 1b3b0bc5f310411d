"""Answers siblings and the gateway: which keys verify passports, what a session's way in brought along, is everything
up. Never routed from outside. Who is asking: `gate.py`.
"""

from flask import Blueprint, Response, jsonify

from services.auth.adapters import Adapters
from services.auth.queries import global_sessions
from services.auth.queries import sessions as known_sessions
from shared import clock
from shared.errors import NotFound
from shared.places import GLOBAL
from shared.web import adapters, caller, internal, session

blueprint = Blueprint("gateway", __name__, url_prefix="/internal")


@blueprint.get("/sessions/<session_id>")
@internal(open=True)
def details(session_id: str) -> Response:
    """What the caller's own session brought along, by the caller's own passport; anybody else's is not found."""
    if caller().session != session_id:
        raise NotFound
    return jsonify(known_sessions.details(session(), session_id=session_id))


@blueprint.get("/jwks")
@internal(open=True)
def jwks() -> Response:
    """The public keys that verify passports."""
    return jsonify(adapters(Adapters).passports.public())


@blueprint.get("/readiness")
@internal(open=True)
def readiness() -> tuple[Response, int]:
    """Every service, up or down, and nothing more: strangers see this."""
    ready = adapters(Adapters).siblings.readiness()
    states = {name: "up" if is_ready else "down" for name, is_ready in ready.items()}
    return jsonify(status="up" if all(ready.values()) else "down", services=states), 200 if all(ready.values()) else 503


@blueprint.get("/memberships")
@internal(open=True)
def memberships() -> Response:
    """Where the caller of the global portal bought something, by the caller's own passport. 404 for anybody else."""
    who = caller()
    if who.portal != GLOBAL or who.session is None:
        raise NotFound
    found = global_sessions.by_id(session(), who.session, clock.now())
    return jsonify(
        mode=found.mode,
        email=found.email,
        sections=[each.told() for each in global_sessions.memberships(session(), found)],
    )
