"""Answers the gateway: who is this, which keys verify passports, is everything up. Never routed from outside."""

from flask import Blueprint, Response, jsonify, request

from services.auth.actions import keys, sessions
from services.auth.adapters import Adapters
from services.auth.queries import identity
from services.auth.queries.identity import Known
from services.auth.rules.session import is_worth_noting
from services.auth.settings import Settings
from shared import clock
from shared.errors import Unauthenticated
from shared.web import adapters, begin, cookies, internal, session, settings

blueprint = Blueprint("gateway", __name__, url_prefix="/internal")


@blueprint.get("/identity")
@internal(open=True)
def who() -> Response:
    """200 with a passport for somebody we know, 200 without for anybody else, 401 for a bad API key."""
    try:
        known = _known()
    except Unauthenticated as refusal:
        return Response(status=401, headers={"X-Auth-Error": refusal.code})
    answer = Response(status=200)
    if known is not None:
        _note(known)
        answer.headers["X-Passport"] = adapters(Adapters).passports.issue(known.subject, now=clock.now())
    return answer


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


def _known() -> Known | None:
    """A portal's pages know cookies, the API knows bearer tokens; neither looks at the other's."""
    now = clock.now()
    portal = request.headers.get("X-Portal", "")
    if portal:
        name = cookies.name(settings(Settings).public_url, portal)
        token = request.cookies.get(name)
        return identity.of_cookie(session(), token=token, portal=portal, now=now) if token else None
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        return None
    if scheme.lower() != "bearer":
        raise Unauthenticated
    return identity.of_bearer(session(), token=token.strip(), secrets=adapters(Adapters).secrets, now=now)


def _note(known: Known) -> None:
    """In a transaction of its own, once a minute: the answer itself only reads."""
    now = clock.now()
    if not is_worth_noting(last_noted_at=known.last_noted_at, now=now):
        return
    with begin()() as writing:
        if known.subject.session is not None:
            sessions.note_seen(writing, session_id=known.subject.session, now=now)
        else:
            keys.note_used(writing, key_id=known.subject.id, now=now)
