"""POST /embed/<widget>/session: a frame proves who is in front of it and is given a bearer. No cookie is read or set.

PROOFS is the table of what it may send. Every refusal but one reads the same; its cause is kept for the vendor, and
told in the answer only by a widget in test mode whose `embed.debug` is on.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from flask import Blueprint, Response, jsonify, request

from services.auth.actions import entries, frame_code, frame_order, identity, refusals
from services.auth.actions.arrival import Admitted, Arrival, Refused
from services.auth.adapters import Adapters, Secrets
from services.auth.queries import portals
from services.auth.queries.portals import PortalView
from services.auth.rules import device, order_number, sign_in, visit
from shared import clock
from shared.database import Session, scope
from shared.errors import NotFound
from shared.web import adapters, client_address, places, public, session
from shared.web.api import Malformed, read_json

blueprint = Blueprint("embed", __name__)

Entrance = Callable[..., Admitted | Refused]


def _by_order(here: Session, arrival: Arrival, *, now: datetime, **_unused: Secrets) -> Admitted | Refused:
    """Whose order it is portal says, asked the same for every number."""
    portal, known = arrival.portal, adapters(Adapters)
    number = order_number.read(frame_order.typed(arrival, "order_number"))
    buyers = known.portal.buyers(
        vendor=portal.vendor,
        mode=portal.mode,
        order_number=number or "",
        passport=known.passports.issue_own(now=now),
    )
    return frame_order.enter(here, arrival, number=number, buyers=buyers, now=now)


PROOFS: Final[dict[frozenset[str], Entrance]] = {
    frozenset({"email", "hash"}): identity.enter,
    frozenset({"customerId", "hash"}): identity.enter,
    frozenset({"hash"}): identity.enter,
    frozenset({"email"}): identity.enter,
    frozenset({"customerId"}): identity.enter,
    frozenset({"token"}): entries.enter_frame,
    frozenset({"handle"}): entries.enter_returned,
    frozenset({"window", "code"}): frame_code.enter,
    frozenset({"order_number", "email"}): _by_order,
}
"""The names in the body, `visit` aside, to the function that lets in or refuses."""


@blueprint.post("/embed/<widget>/session")
@public
def begin_session(widget: str) -> tuple[Response, int]:
    """200 with a bearer and when it ends at the latest. Not let in: 401 for a hash, 403 for a one-time proof."""
    portal = portal_of(widget)
    with scope.system(vendor=portal.vendor, mode=portal.mode, job="sign_in"):
        outcome = _enter(session(), portal)
        if isinstance(outcome, Admitted):
            begun = {"session": outcome.token, "expires_at": outcome.expires_at.isoformat(), "portal": portal.slug}
            return jsonify(begun if outcome.start is None else {**begun, "start": places.outside(outcome.start)}), 200
        refusals.note(session(), portal=portal, refused=outcome, client=_client(), now=clock.now())
    told = {"debug": outcome.cause} if portal.mode == "test" and portal.embed.get("debug") is True else {}
    return jsonify(code=outcome.code, **told), 403 if outcome.is_one_time else 401


def _enter(here: Session, portal: PortalView) -> Admitted | Refused:
    refusals.check_client(here, portal=portal, client=_client(), now=clock.now())
    if request.query_string:
        return Refused(cause="in_address", way_in="unknown", is_forged=True)  # what stands there is in logs
    given = read_json(request.get_data(cache=True), content_type=request.mimetype)
    if not isinstance(given, dict):
        raise Malformed
    wished = visit.decide(given.pop("visit", {}), origins=portal.embed.get("allowed_origins", ()))
    entrance = PROOFS.get(frozenset(given))
    if entrance is None:
        return Refused(cause="unknown_form", way_in="unknown", is_forged=True)
    arrival = Arrival(
        portal=portal,
        given=given,
        details=wished,
        client=_client(),
        device=device.calculate(request.headers.get("User-Agent", "")),
    )
    return entrance(here, arrival, secrets=_secrets(), now=clock.now())


def portal_of(widget: str) -> PortalView:
    """By its configuration's id, as snippets name it, or by its slug. Raises NotFound, also for one at rest."""
    found = portals.by_id(session(), widget) or portals.by_slug(session(), widget)
    if found is None or not found.active:
        raise NotFound
    return found


def _client() -> str:
    return sign_in.client_of(client_address())


def _secrets() -> Secrets:
    return adapters(Adapters).secrets
