"""What siblings ask of notifications. Never routed from outside."""

from typing import Any

from flask import Blueprint, Response, jsonify, request
from marshmallow import Schema, ValidationError

from services.notifications.actions import messages
from services.notifications.actions.messages import SealedMail
from services.notifications.adapters.mailing import Mailing
from services.notifications.queries import suppressions
from services.notifications.rules.messages import MESSAGES, Kind
from services.notifications.rules.suppression import is_withheld
from services.notifications.schemas.messages import SealedMailOrdersSchema, SealedMailSchema, WithheldSchema
from shared import clock, sealing
from shared.database import scope
from shared.errors import Refusal
from shared.logs import log
from shared.web import adapters, internal, session
from shared.web.api import Malformed, field_errors, read_json

blueprint = Blueprint("siblings", __name__, url_prefix="/internal")


@blueprint.post("/sealed_mails")
@internal
def take_sealed_mails() -> tuple[Response, int]:
    """Take orders for mails with a secret in them. 202 with the ids of those that make no mail, whenever they are asked
    for; an order that was taken before is taken again, and is one mail.
    """
    given = _loaded(SealedMailOrdersSchema(), read_json(request.get_data(), content_type=request.mimetype))
    taken, refused = [], []
    for order in given["mails"]:
        try:
            taken.append(_opened(order))
        except Refusal as refusal:
            log.error("mail.refused", mail=order["id"], kind=order["kind"], code=refusal.code)
            refused.append(order["id"])
    messages.take_sealed_mails(session(), taken, now=clock.now())
    return jsonify(refused=refused), 202


@blueprint.post("/withheld")
@internal
def tell_withheld() -> Response:
    """Those of a vendor's addresses that mails of this kind stay away from, because they are suppressed."""
    given = _loaded(WithheldSchema(), read_json(request.get_data(), content_type=request.mimetype))
    kind = Kind(given["kind"])
    with scope.platform():
        reasons = suppressions.for_mails(
            session(), [(given["vendor"], given["mode"], each) for each in given["addresses"]]
        )
    return jsonify(withheld=sorted({mail[2] for mail, reason in reasons.items() if is_withheld(kind, reason)}))


def _opened(order: dict[str, Any]) -> SealedMail:
    kind = Kind(order["kind"])
    max_age = int(MESSAGES[kind].sealed_for.total_seconds())
    opened = sealing.unseal(adapters(Mailing).sealing_key, order["sealed"], max_age=max_age)
    mail = _loaded(SealedMailSchema(kind), opened)
    return SealedMail(
        id=order["id"],
        kind=kind,
        vendor=mail["vendor"],
        mode=mail["mode"],
        customer=mail["customer"],
        address=mail["to"],
        locale=mail["locale"],
        sealed=order["sealed"],
        expires_at=mail["expires_at"],
    )


def _loaded(schema: Schema, given: Any) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = schema.load(given)
    except ValidationError as error:
        raise Malformed(*field_errors(error.messages)) from None
    return loaded
