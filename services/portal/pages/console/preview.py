"""The draft of a portal as a customer would see it, on sample data, in a frame beside the form that changes it.

Only pages of our own may frame it. It is what the draft says when it is asked for; links in it lead back to itself.
"""

from dataclasses import replace
from typing import Final

from flask import Blueprint, Response, request

from services.portal.actions import portal_drafts
from services.portal.actions.portal_drafts import DraftView
from services.portal.pages.console import sample
from services.portal.pages.customer import looks, shell
from services.portal.queries import portals, time
from services.portal.queries.portals import PortalView
from services.portal.rules.portals import appearance, styles
from shared.errors import NotFound
from shared.i18n import LANGUAGES
from shared.ui import Brand, brand_css, digest
from shared.web import dress, follow_visit, prefer_language, redirect_to, render, session, staff
from shared.web.htmx import THEMES, language, show_in

blueprint = Blueprint("console_preview", __name__, url_prefix="/console/portals/<configuration_id>/preview")

_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
_PAGE: Final = "portal/customer/overview.html"


@blueprint.get("")
@staff("read_only")
def show(configuration_id: str) -> Response:
    """The first page of the portal as its draft has it; `state`, `language` and `theme` are the reader's to choose."""
    portal = portals.view(_draft(configuration_id).row)
    home = f"/console/portals/{configuration_id}/preview"
    theme = request.args.get("theme", "")
    follow_visit(None, {}, theme=theme if theme in THEMES else portal.look.theme)
    prefer_language(portal.default_locale, detect=False, texts=portal.texts)
    asked = request.args.get("language", "")
    show_in(asked if asked in LANGUAGES else portal.default_locale)
    brand = replace(
        shell.brand_of(portal),
        home=home,
        stylesheet=f"{home}/look.css?v={digest(portal.look)}",
        own_rules=f"{home}/own.css?v={portal.css_digest}" if portal.css_digest and _PAGE in looks.PLAIN else None,
    )
    dress(brand)
    state = request.args.get("state", "active")
    answer = render(
        _PAGE,
        brand=brand,
        portal=portal,
        frame=_frame(portal, brand=brand),
        **sample.overview(portal, state=state if state in sample.STATES else "active", now=time.now(session())),
    )
    answer.headers["Content-Security-Policy"] = _POLICY
    return answer


@blueprint.get("/look.css")
@staff("read_only")
def show_look(configuration_id: str) -> Response:
    """Colors and font of the draft."""
    return _css(brand_css(portals.view(_draft(configuration_id).row).look))


@blueprint.get("/own.css")
@staff("read_only")
def show_own_rules(configuration_id: str) -> Response:
    """What is kept of the style rules of the draft. Raises NotFound where there are none."""
    css = _draft(configuration_id).row.custom_css
    if not css:
        raise NotFound
    return _css(styles.decide(css).scoped)


@blueprint.get("/<path:_page>")
@staff("read_only")
def go_nowhere(configuration_id: str, _page: str) -> Response:
    """Where links of the sample page lead: back to it."""
    return redirect_to(f"/console/portals/{configuration_id}/preview")


def _draft(configuration_id: str) -> DraftView:
    return portal_drafts.look(session(), configuration_id=configuration_id)


def _frame(portal: PortalView, *, brand: Brand) -> shell.Frame:
    return shell.Frame(
        portal=portal,
        brand=brand,
        signed_in_as=sample.EMAIL,
        title=shell.title_of(portal),
        heading=appearance.heading(portal.appearance, language=language()),
        in_flow=False,
        leave=brand.home,
    )


def _css(rules: str) -> Response:
    answer = Response(rules, content_type="text/css; charset=utf-8")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
