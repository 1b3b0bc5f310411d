"""Tells portal how webhooks stand, for the console's overview: by the passport of the staff who look at it."""

from dataclasses import asdict

from flask import Blueprint, Response, jsonify

from services.notifications.queries import webhooks
from shared import clock
from shared.errors import NotFound
from shared.web import caller, internal, session

blueprint = Blueprint("webhook_standing", __name__, url_prefix="/internal/webhooks")


@blueprint.get("")
@internal(open=True)
def show() -> Response:
    """Counts. 404 for anybody who is not in the console."""
    who = caller()
    if who.kind != "staff" or who.is_looking_on:
        raise NotFound
    return jsonify(asdict(webhooks.standing(session(), now=clock.now())))
