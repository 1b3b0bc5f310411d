"""The embed debugger: why a page does not show a portal, step by step, with what has to be sent and allowed for it."""

from typing import Final

from flask import Blueprint, Response, request

from services.portal.pages.console import install
from services.portal.queries import configurations, embedding
from services.portal.rules.portals.embed_check import LONGEST_POLICY, State
from services.portal.settings import PortalSettings
from shared import clock
from shared.errors import NotFound
from shared.origins import LONGEST, origin_of
from shared.web import console, session, settings, staff

blueprint = Blueprint("console_embed", __name__, url_prefix="/console/developers/embed")

HOME: Final = "/console/developers/embed"
_ICONS: Final = {State.GOOD: "circle-check", State.NOTE: "info", State.WRONG: "circle-x"}


@blueprint.get("")
@staff("support")
def show() -> Response:
    """The form and, once it was filled, what was found."""
    listed = sorted(
        (configurations.view(row) for row in configurations.all_of_them(session())),
        key=lambda each: (not each.is_default, each.name.casefold()),
    )
    of = next((each for each in listed if each.id == request.args.get("portal", listed[0].id)), None)
    if of is None:
        raise NotFound
    page, policy = request.args.get("page", "")[:LONGEST], request.args.get("policy", "")[:LONGEST_POLICY]
    url = settings(PortalSettings).public_url
    checked = embedding.check(session(), configuration_id=of.id, page=page, policy=policy, ours=origin_of(url) or url)
    return console.show(
        "portal/console/developers/embed.html",
        portals=listed,
        of=of,
        typed={"page": page, "policy": policy},
        longest={"page": LONGEST, "policy": LONGEST_POLICY},
        report=checked.report if page.strip() else None,
        icons=_ICONS,
        seen=install.ago(checked.seen, now=clock.now()),
        fields=("email", "customer_id"),
    )
