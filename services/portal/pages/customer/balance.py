"""What the customer has to their credit, and how it came about."""

from typing import Final

from flask import Blueprint, Response, request

from services.portal.pages.customer import shell
from services.portal.queries import balance, showing
from shared.web import customer, session

blueprint = Blueprint("balance", __name__, url_prefix="/p/<slug>/balance")

LONGEST_CURSOR: Final = 60


@blueprint.get("", strict_slashes=False)
@customer
def show(slug: str) -> Response:
    """What is left, by currency; then what came and went, newest first."""
    portal = shell.open_portal(slug)
    cursor = request.args.get("after", "")[:LONGEST_CURSOR] or None
    hidden = showing.hidden_products(session(), portal=portal)
    return shell.show(
        "portal/customer/balance/index.html",
        portal=portal,
        balance=balance.of(session(), hidden=hidden, cursor=cursor),
        is_first=cursor is None,
    )
