"""What auth has changed once a customer's new address is proven. Never routed from outside."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request
from marshmallow import ValidationError

from services.portal.actions import email_change
from services.portal.actions.email_change import Person
from services.portal.queries import time
from services.portal.schemas.entrances import EmailIn
from shared.database import scope
from shared.database.scope import Scope
from shared.events import Actor
from shared.web import internal, session
from shared.web.api import Malformed, field_errors, read_json

blueprint = Blueprint("email_change", __name__, url_prefix="/internal/customers/email")


@blueprint.post("")
@internal
def change() -> Response:
    """The customer's address is this from now on; the same again changes nothing."""
    try:
        given: dict[str, Any] = EmailIn().load(read_json(request.get_data(), content_type=request.mimetype))
    except ValidationError as error:
        raise Malformed(*field_errors(error.messages)) from None
    delegate, customer = given["delegate"], given["customer"]
    here = Scope(
        vendor=given["vendor"],
        mode=given["mode"],
        actor=Actor(kind="delegate", id=delegate) if delegate else Actor(kind="customer", id=customer),
        request_id=given["request_id"],
        customers=(customer,),
        client_address=given["client"] or None,
    )
    by = Person(
        proven_at=datetime.fromtimestamp(given["proven_at"], UTC),
        session=given["session"],
        portal=given["portal"],
        role=given["role"],
    )
    with scope.use(here):
        seen, now = time.seen_by(session(), by), time.now(session())
        changed = email_change.change(session(), customer_id=customer, email=given["email"], by=seen, now=now)
        session().flush()
    return jsonify(customer=changed.id, revision=changed.revision)
