"""/v1/widgets: what a page of the vendor's needs to start a widget, which is all that a publishable key may ask.

Pages of any origin may ask: the key stands in the page anyway, no cookie counts here, and where a widget shows its own
list of origins decides.
"""

from typing import Any

from flask import Response, request
from flask.views import MethodView

from services.auth.queries import portals
from services.auth.queries.portals import PortalView
from services.auth.schemas.widgets import WidgetPage
from services.auth.settings import Settings
from shared.web import ApiBlueprint, session, settings
from shared.web.access import api
from shared.web.paging import Page, PageArgs, page

blueprint = ApiBlueprint("widgets", description="Widgets that a page can start.")


@blueprint.route("")
class Widgets(MethodView):
    """All open widgets."""

    @api("widgets:read")
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, WidgetPage)
    def get(self, args: dict[str, Any]) -> Page[Any]:
        """List the open widgets of this mode, newest first."""
        found = page(session(), *portals.widgets(), args)
        views = [portals.by_id(session(), row.id) for row in found.data]
        return Page(tuple(_shown(each) for each in views if each is not None), found.has_more)


@blueprint.after_request
def let_pages_read(answer: Response) -> Response:
    """For browsers: any page may read the answer, and may send the key along. Cookies are never asked for."""
    answer.headers["Access-Control-Allow-Origin"] = "*"
    if request.method == "OPTIONS":
        answer.headers["Access-Control-Allow-Methods"] = "GET"
        answer.headers["Access-Control-Allow-Headers"] = "Authorization"
        answer.headers["Access-Control-Max-Age"] = "600"
    return answer


def _shown(portal: PortalView) -> dict[str, Any]:
    public_url = settings(Settings).public_url
    return {
        "id": portal.id,
        "mode": portal.mode,
        "name": portal.display_name,
        "sign_in_methods": portal.sign_in_methods,
        "default_locale": portal.languages.get("default_locale") or "en",
        "script": f"{public_url}/embed/v1.js",
        "url": portal.address(public_url),
    }
