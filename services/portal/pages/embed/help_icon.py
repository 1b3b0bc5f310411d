"""What the help icon on a vendor's member pages asks: is there help, and where."""

from flask import Blueprint, Response, jsonify, request

from services.portal.pages.embed.windows import LONGEST_ID
from services.portal.queries import widgets
from shared.web import places, public, session
from shared.web.htmx import translate

blueprint = Blueprint("help_icon", __name__)


@blueprint.get("/embed/help")
@public
def find() -> Response:
    """`{"url", "label"}`, empty where there is no help. The same for every page that asks, and nothing of anybody's."""
    found = widgets.help_of(session(), helpdesk=request.args.get("helpdesk", "")[:LONGEST_ID])
    if found is None:
        answer = jsonify({})
    else:
        url = found.url or f"{places.home(found.portal or '')}{found.path}"
        answer = jsonify(url=url, label=translate("embed.help.label"))
    answer.headers["Access-Control-Allow-Origin"] = "*"  # read by any page, with nobody's credentials
    answer.headers["Cache-Control"] = "public, max-age=60"
    return answer
