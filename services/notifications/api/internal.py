"""What siblings ask of notifications. Never routed from outside."""

from typing import Any, Final

from flask import Blueprint, Response, jsonify, request
from marshmallow import Schema, ValidationError

from services.notifications.actions import messages
from services.notifications.actions.messages import SignInMail
from services.notifications.adapters.mailing import Mailing
from services.notifications.schemas.messages import SealedMailSchema, SignInMailOrderSchema
from shared import clock, sealing
from shared.web import adapters, internal, session
from shared.web.api import Malformed, field_errors, read_json

SEAL_LASTS: Final = 600  # seconds (ML-01)

blueprint = Blueprint("siblings", __name__, url_prefix="/internal")


@blueprint.post("/sign_in_mails")
@internal
def take_sign_in_mail() -> tuple[Response, int]:
    """Take the order for a sign-in mail. 202, also when the same one is asked for again."""
    order = _loaded(SignInMailOrderSchema(), read_json(request.get_data(), content_type=request.mimetype))
    opened = sealing.unseal(adapters(Mailing).sealing_key, order["sealed"], max_age=SEAL_LASTS)
    mail = _loaded(SealedMailSchema(), opened)
    message = messages.take_sign_in_mail(
        session(),
        SignInMail(
            request_id=order["id"],
            vendor=mail["vendor"],
            mode=mail["mode"],
            address=mail["to"],
            locale=mail["locale"],
            sealed=order["sealed"],
            expires_at=mail["expires_at"],
        ),
        now=clock.now(),
    )
    return jsonify(id=message), 202


def _loaded(schema: Schema, given: Any) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = schema.load(given)
    except ValidationError as error:
        raise Malformed(*field_errors(error.messages)) from None
    return loaded
