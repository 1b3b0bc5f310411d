"""Tells portal the mails of a customer, for the console's timeline: by the passport of the staff who look at it."""

from flask import Blueprint, Response, jsonify

from services.notifications.queries import messages
from shared.web import internal, session, timelines

blueprint = Blueprint("customer_mails", __name__, url_prefix="/internal/customers")


@blueprint.get("/<customer_id>/mails")
@internal(open=True)
def show(customer_id: str) -> Response:
    """The newest, from a place on. 404 for anybody who is not in the console."""
    asked = timelines.by_staff()
    found = messages.newest_of(session(), customer=customer_id, place=asked.place, limit=asked.limit)
    return jsonify(
        [
            {
                "id": each.id,
                "at": each.created_at.isoformat(),
                "kind": each.kind,
                "state": each.state,
                "subject": each.subject,
                "to": each.to,
            }
            for each in found
        ]
    )
