"""What the customer has: pages, downloads and license keys."""

from flask import Blueprint, Response

from services.portal.pages.customer import shell
from services.portal.queries import access, time
from shared.web import caller, customer, session

blueprint = Blueprint("products", __name__, url_prefix="/p/<slug>/products")


@blueprint.get("", strict_slashes=False)
@customer
def show(slug: str) -> Response:
    """All of it, by name. What is denied stands in its place, with the reason."""
    portal = shell.open_portal(slug)
    now = time.now(session())
    by = time.seen_by(session(), caller())
    return shell.show(
        "portal/customer/products/index.html",
        portal=portal,
        products=access.in_scope(session(), portal=portal, by=by, now=now),
    )
