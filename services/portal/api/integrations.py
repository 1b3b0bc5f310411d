"""/integrations/stripe/<vendor>: where Stripe sends its messages. Open to anybody; only what Stripe signed is heard."""

from flask import Blueprint, Response, jsonify, request

from services.portal.actions.sources import hearing
from services.portal.adapters import Adapters
from shared.web import adapters, begin, in_steps
from shared.web.access import public

blueprint = Blueprint("integrations", __name__, url_prefix="/integrations")
_SIGNATURE_LENGTH = 2000


@blueprint.post("/stripe/<vendor>")
@public
@in_steps
def hear_stripe(vendor: str) -> Response:
    """Take in a message. 200: heard, also when it was before; 503: it could not be read just now, send it again."""
    hearing.hear(
        begin(),
        sources=adapters(Adapters).processors.sources,
        source="stripe",
        vendor=vendor,
        body=request.get_data(),
        signature=request.headers.get("Stripe-Signature", "")[:_SIGNATURE_LENGTH],
    )
    return jsonify(heard=True)
