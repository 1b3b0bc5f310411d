"""The page in an embed's frame: who may frame it, its looks and texts, and nobody's data. Its script does the rest."""

from typing import Final

from cachetools import TTLCache
from flask import Blueprint, Response, request

from services.portal.actions import sightings
from services.portal.pages.customer import looks
from services.portal.queries import widgets
from services.portal.queries.portals import PortalView
from shared import clock
from shared.i18n import LANGUAGES
from shared.origins import origin_of
from shared.ui import Brand, Links, digest, logo_url
from shared.web import begin, dress, places, prefer_language, public, redirect_to, render, session
from shared.web.htmx import THEMES, theme

blueprint = Blueprint("embed", __name__)

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; object-src 'none'; frame-ancestors {}"
)
_ALONE: Final = "document"
_NOTED: Final[TTLCache[tuple[str, str], bool]] = TTLCache(maxsize=10_000, ttl=5)
"""Which portal was noted on which origin lately; a busy page need not be written down with every visit."""


@blueprint.get("/embed/<widget>")
@public
def show(widget: str) -> Response:
    """The frame. Opened as a page of its own it leads to the portal, which no frame shows."""
    portal = widgets.widget(session(), address=widget)
    home = places.home(portal.slug)
    if request.headers.get("Sec-Fetch-Dest") == _ALONE:
        return redirect_to(home or "/")
    prefer_language(portal.default_locale, detect=portal.auto_detect, texts=portal.texts)
    dress(brand(portal))
    answer = render(
        "portal/embed/frame.html",
        portal=portal,
        theme=_asked_theme() or theme(),
        place=home,
        offered=LANGUAGES,
    )
    answer.headers["Content-Security-Policy"] = _POLICY.format(_ancestors(portal))
    _note(portal)
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer


def _note(portal: PortalView) -> None:
    """The vendor learns that a page of its own shows the portal: in a transaction of its own, now and then."""
    origin = origin_of(request.headers.get("Referer", ""))
    if origin not in portal.embed.allowed_origins or (portal.id, origin) in _NOTED:
        return
    _NOTED[portal.id, origin] = True
    with begin()() as writing:
        sightings.note(writing, configuration_id=portal.id, origin=origin, now=clock.now())


def _ancestors(portal: PortalView) -> str:
    """Exactly the origins that the vendor lists; nothing that a request brings has a say."""
    return " ".join(portal.embed.allowed_origins) or "'none'"


def _asked_theme() -> str | None:
    """What the page around wants; else as on any page: what somebody chose here, or the portal's."""
    asked = request.args.get("theme", "")
    return asked if asked in THEMES else None


def brand(portal: PortalView) -> Brand:
    """The looks of a portal where nobody is signed in."""
    home = places.home(portal.slug)
    return Brand(
        name=portal.display_name,
        home=home or "/",
        logo_url=logo_url(portal.slug, portal.logo),
        stylesheet=f"{home}/sign-in/brand.css?v={digest(portal.look)}",
        font_file=portal.look.typeface.first_file,
        own_rules=looks.own_rules(portal, template=None),
        theme=portal.look.theme,
        links=Links(),
    )
