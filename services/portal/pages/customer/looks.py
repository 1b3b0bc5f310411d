"""The vendor's colors as a stylesheet of its own, since no page has inline styles. Its address changes with them."""

from hashlib import sha256

from flask import Blueprint, Response

from services.portal.queries import portals
from services.portal.queries.portals import PortalView
from shared.errors import NotFound
from shared.ui import brand_css
from shared.web import customer, session

blueprint = Blueprint("looks", __name__, url_prefix="/p/<slug>")


def address(portal: PortalView) -> str:
    """Where this portal's colors are."""
    return f"/p/{portal.slug}/brand-{_digest(portal)}.css"


@blueprint.get("/brand-<digest>.css")
@customer
def stylesheet(slug: str, digest: str) -> Response:
    """The brand color as accessible tones. An old address has nothing any more."""
    portal = portals.portal(session(), slug=slug)
    if digest != _digest(portal):
        raise NotFound
    answer = Response(brand_css(portal.brand_color), content_type="text/css; charset=utf-8")
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer


def _digest(portal: PortalView) -> str:
    return sha256(brand_css(portal.brand_color).encode()).hexdigest()[:12]
