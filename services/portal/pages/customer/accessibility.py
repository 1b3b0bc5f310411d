"""How accessible these pages are, and whom to tell when something is in the way. Open to everybody."""

from dataclasses import replace

from flask import Blueprint, Response

from services.portal.pages.embed import shell as embed
from services.portal.queries import widgets
from services.portal.queries.portals import PortalView
from shared.ui import Brand, Links
from shared.web import dress, places, prefer_language, public, render, session

blueprint = Blueprint("accessibility", __name__, url_prefix="/p/<slug>/accessibility")


@blueprint.get("", strict_slashes=False)
@public
def show(slug: str) -> Response:
    """The statement, in the vendor's looks."""
    portal = widgets.widget(session(), address=slug)
    prefer_language(portal.default_locale, detect=portal.auto_detect, texts=portal.texts)
    brand = _brand(portal)
    dress(brand)
    return render("portal/customer/accessibility.html", brand=brand, portal=portal)


def _brand(portal: PortalView) -> Brand:
    links = Links(
        home=portal.return_url or portal.links.return_to,
        privacy=portal.links.privacy,
        terms=portal.links.terms,
        support=portal.links.support,
        accessibility=f"{places.home(portal.slug)}/accessibility",
    )
    return replace(embed.brand(portal), links=links, own_rules=None)
