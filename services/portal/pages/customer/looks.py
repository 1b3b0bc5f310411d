"""The vendor's looks as stylesheets of their own, since no page has inline styles. Their addresses change with them.

A vendor's own rules are worn by the pages in `PLAIN` alone: where something is confirmed or paid, where somebody signs
in or proves anew who they are, nothing that a vendor wrote may change what is seen.
"""

from typing import Final

from flask import Blueprint, Response

from services.portal.queries import portals, widgets
from services.portal.queries.portals import PortalView
from shared.errors import NotFound
from shared.ui import brand_css, digest
from shared.web import customer, places, public, session

blueprint = Blueprint("looks", __name__, url_prefix="/p/<slug>")

PLAIN: Final = frozenset(
    f"portal/customer/{name}.html"
    for name in ("overview", "activity/index", "invoices/index", "products/index", "refunds/index", "tickets/index")
)
"""The templates of pages that show things and change nothing of weight; any other is not to be restyled."""


def address(portal: PortalView) -> str:
    """Where this portal's looks are."""
    return f"{places.home(portal.slug)}/brand-{digest(portal.look)}.css"


def own_rules(portal: PortalView, *, template: str | None) -> str | None:
    """Where this portal's own rules are, if the page may wear them and there are any. None: no page."""
    if portal.css_digest is None or (template is not None and template not in PLAIN):
        return None
    return f"{places.home(portal.slug)}/own-{portal.css_digest}.css"


@blueprint.get("/brand-<wanted>.css")
@customer
def stylesheet(slug: str, wanted: str) -> Response:
    """The colors as accessible tones, and the font. An old address has nothing any more."""
    portal = portals.portal(session(), slug=slug)
    if wanted != digest(portal.look):
        raise NotFound
    return _css(brand_css(portal.look), kept="private")


@blueprint.get("/own-<wanted>.css")
@public
def own_stylesheet(slug: str, wanted: str) -> Response:
    """What is kept of the vendor's own rules. Public, as an embed's frame wants it before anybody is signed in."""
    return _css(widgets.own_rules(session(), address=slug, digest=wanted), kept="public")


def _css(rules: str, *, kept: str) -> Response:
    answer = Response(rules, content_type="text/css; charset=utf-8")
    answer.headers["Cache-Control"] = f"{kept}, max-age=31536000, immutable"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
