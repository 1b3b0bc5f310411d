"""What happened on the account: every line of the action log about this customer, in sentences."""

from typing import Final

from flask import Blueprint, Response, request

from services.portal.pages.customer import shell
from services.portal.queries import activity
from shared.web import caller, customer, session

blueprint = Blueprint("activity", __name__, url_prefix="/p/<slug>/activity")

LONGEST_CURSOR: Final = 40


@blueprint.get("", strict_slashes=False)
@customer
def show(slug: str) -> Response:
    """A page of it, newest first."""
    portal = shell.open_portal(slug)
    cursor = request.args.get("after", "")[:LONGEST_CURSOR] or None
    return shell.show(
        "portal/customer/activity/index.html",
        portal=portal,
        page=activity.page(session(), portal=portal, cursor=cursor),
        is_first=cursor is None,
        acts_for=caller().delegate is not None,
    )
