"""What auth asks of portal before it lets somebody in. Never routed from outside."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, Response, jsonify, request
from marshmallow import Schema, ValidationError

from services.portal.queries import entrances
from services.portal.schemas.entrances import FindIn, FlowIn
from shared.database import scope
from shared.web import internal, request_id, session
from shared.web.api import Malformed, field_errors, read_json

blueprint = Blueprint("entrances", __name__, url_prefix="/internal")


@blueprint.post("/customers/find")
@internal
def find() -> Response:
    """Whom a vendor means, also where auth has not heard of the customer yet."""
    with _asked(FindIn()) as by:
        found = entrances.customers(session(), **by)
        return jsonify(customers=[vars(each) for each in found])


@blueprint.post("/flows/check")
@internal
def check_flow() -> Response:
    """200 where all that a flow names is this customer's, or the vendor's; else 404, whatever it was."""
    with _asked(FlowIn()) as by:
        return jsonify(payment=entrances.check_owned(session(), **by))


@contextmanager
def _asked(schema: Schema) -> Iterator[dict[str, Any]]:
    """The question, within the scope of the vendor and mode that it is about."""
    try:
        given: dict[str, Any] = schema.load(read_json(request.get_data(), content_type=request.mimetype))
    except ValidationError as error:
        raise Malformed(*field_errors(error.messages)) from None
    with scope.system(vendor=given.pop("vendor"), mode=given.pop("mode"), job="let_in", request_id=request_id()):
        yield given
