"""What siblings ask of portal. Never routed from outside."""

from typing import Any, Final

from flask import Blueprint, Response, jsonify, request

from services.portal.actions import exporting
from services.portal.queries import orders
from shared import clock
from shared.database import scope
from shared.events import Mode
from shared.web import internal, session
from shared.web.api import read_json
from shared.web.uploads import takes_bodies

_LARGEST_PARTS: Final = 30_000_000  # bytes: a year of mails and more
blueprint = Blueprint("siblings", __name__, url_prefix="/internal")


@blueprint.post("/orders/find")
@internal
def find_order() -> Response:
    """Whose order a number is: the customer's id, or none. The same work either way."""
    given = read_json(request.get_data(), content_type=request.mimetype)
    with scope.system(vendor=str(given["vendor"]), mode=_mode(given), job="find_order"):
        return jsonify(customers=orders.buyers(session(), str(given["order_number"])))


@blueprint.post("/customers/last_orders")
@internal
def last_orders() -> Response:
    """When each of these customers last bought something: ISO 8601 by id, null for never."""
    given = read_json(request.get_data(), content_type=request.mimetype)
    with scope.system(vendor=str(given["vendor"]), mode=_mode(given), job="last_orders"):
        found = orders.last_of_each(session(), [str(each) for each in given["customers"]])
    return jsonify({customer: at.isoformat() if at else None for customer, at in found.items()})


@blueprint.post("/exports/<export_id>/parts")
@internal
@takes_bodies(largest=_LARGEST_PARTS)
def take_parts(export_id: str) -> tuple[Response, int]:
    """What the other services hold of a customer: with what is here, it becomes the export. 410 for one not wanted."""
    given = read_json(request.get_data(), content_type=request.mimetype)
    with scope.system(vendor=str(given["vendor"]), mode=_mode(given), job="export"):
        parts = exporting.parts_of(given)
        is_made = exporting.make(session(), export_id=export_id, parts=parts, now=clock.now())
    return jsonify(made=is_made), 200 if is_made else 410


def _mode(given: Any) -> Mode:
    return "live" if given["mode"] == "live" else "test"
