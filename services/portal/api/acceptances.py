"""What auth's console asks of portal for a person who accepts a risk. Never routed from outside."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request
from marshmallow import ValidationError

from services.portal.actions import direct_actions as actions
from services.portal.schemas.acceptances import DirectActionsIn
from shared import clock
from shared.database import scope
from shared.database.scope import Scope
from shared.events import Actor
from shared.web import client_address, internal, request_id, session
from shared.web.api import Malformed, field_errors, read_json

blueprint = Blueprint("acceptances", __name__, url_prefix="/internal/portal_configurations/<configuration_id>")


@blueprint.post("/direct_actions")
@internal
def accept(configuration_id: str) -> Response:
    """These ways in may act without a code from now on, and no others."""
    with _accepted() as given:
        found = actions.accept(
            session(),
            configuration_id=configuration_id,
            direct_actions=given["direct_actions"],
            proven_at=datetime.fromtimestamp(given["proven_at"], UTC),
            now=clock.now(),
        )
        session().flush()
    return jsonify(direct_actions=found.sign_in["direct_actions"], revision=found.revision)


@contextmanager
def _accepted() -> Iterator[dict[str, Any]]:
    """What was accepted, within the scope of the person who did."""
    try:
        given: dict[str, Any] = DirectActionsIn().load(read_json(request.get_data(), content_type=request.mimetype))
    except ValidationError as error:
        raise Malformed(*field_errors(error.messages)) from None
    who = Scope(
        vendor=given["vendor"],
        mode=given["mode"],
        actor=Actor(kind="staff", id=given["staff"]),
        request_id=request_id(),
        client_address=client_address(),
    )
    with scope.use(who):
        yield given
