"""POST /embed/<widget>/code: a frame has a sign-in code mailed. The same answer for every address; no cookie.

POST /embed/<widget>/returned: whose mailed link it was that came back to the vendor's page, before anybody goes on.
"""

from typing import Any, Final

from flask import Blueprint, Response, jsonify, request

from services.auth.actions import entries, frame_code
from services.auth.actions.sign_in import Visitor
from services.auth.adapters import Adapters
from services.auth.api import embed
from services.auth.rules import device, sign_in, visit
from services.auth.settings import Settings
from shared import addresses, clock
from shared.database import scope
from shared.i18n import base
from shared.web import adapters, client_address, public, session, settings
from shared.web.api import Malformed, read_json

blueprint = Blueprint("embed_code", __name__)

LONGEST: Final = 200  # characters; a handle has 43


@blueprint.post("/embed/<widget>/code")
@public
def ask(widget: str) -> tuple[Response, int]:
    """202 with the verifier that `POST /embed/<widget>/session` takes together with the code."""
    portal = embed.portal_of(widget)
    given = _given()
    wished = visit.decide(given.get("visit", {}), origins=portal.embed.get("allowed_origins", ()))
    with scope.system(vendor=portal.vendor, mode=portal.mode, job="sign_in"):
        window = frame_code.ask(
            session(),
            portal=portal,
            email=given["email"],
            details=wished,
            visitor=_visitor(wished.get("locale", "en")),
            public_url=settings(Settings).public_url,
            secrets=adapters(Adapters).secrets,
            now=clock.now(),
        )
    return jsonify(window=window), 202


@blueprint.post("/embed/<widget>/returned")
@public
def returned(widget: str) -> tuple[Response, int]:
    """200 with the masked address; 403 for a handle that is used, too old, or another widget's."""
    portal = embed.portal_of(widget)
    given = read_json(request.get_data(cache=True), content_type=request.mimetype)
    if not isinstance(given, dict) or set(given) != {"handle"} or not isinstance(given["handle"], str):
        raise Malformed
    with scope.system(vendor=portal.vendor, mode=portal.mode, job="sign_in"):
        client = sign_in.client_of(client_address())
        email = entries.returned_to(
            session(), portal=portal, handle=given["handle"][:LONGEST], client=client, now=clock.now()
        )
    return (jsonify(code="identity_refused"), 403) if email is None else (jsonify(masked=addresses.mask(email)), 200)


def _given() -> dict[str, Any]:
    given = read_json(request.get_data(cache=True), content_type=request.mimetype)
    if not isinstance(given, dict) or not set(given) <= {"email", "visit"} or not isinstance(given.get("email"), str):
        raise Malformed
    return given


def _visitor(locale: str) -> Visitor:
    return Visitor(
        client=sign_in.client_of(client_address()),
        device=device.calculate(request.headers.get("User-Agent", "")),
        locale=base(locale),
    )
