"""The vendor's own hosts: which portal is at which, the record that proves it, and looking for that record now."""

from typing import Final

from flask import Blueprint, Response, request

from services.portal.actions import domains as actions
from services.portal.adapters import Adapters
from services.portal.queries import configurations
from services.portal.queries.configurations import ConfigurationView
from services.portal.settings import PortalSettings
from shared import clock
from shared.errors import Refusal, Unavailable
from shared.portal_address import portal_address
from shared.web import adapters, begin, console, in_steps, redirect_to, session, settings, staff

blueprint = Blueprint("console_domains", __name__, url_prefix="/console/domains")

HOME: Final = "/console/domains"


@blueprint.get("")
@staff("read_only")
def show() -> Response:
    """Every portal with its address."""
    return _page()


@blueprint.post("/<configuration_id>")
@staff("admin")
@in_steps
def look(configuration_id: str) -> Response:
    """Look for the record of a portal's host now; found, the portal is there from the next moment on."""

    def do() -> Response:
        dns = adapters(Adapters).dns
        actions.verify(begin(), dns, configuration_id=configuration_id, now=clock.now())
        return redirect_to(f"{HOME}?done={configuration_id}")

    try:
        return console.answered(do, refused=lambda refusal: _page(looked_for=configuration_id, refusal=refusal))
    except Unavailable as refusal:
        return _page(looked_for=configuration_id, refusal=refusal)


def _page(*, looked_for: str = "", refusal: Refusal | None = None) -> Response:
    public_url = settings(PortalSettings).public_url
    found = [configurations.view(row) for row in configurations.all_of_them(session())]
    return console.show(
        "portal/console/settings/domains.html",
        status=console.status_of(refusal) if refusal else 200,
        portals=sorted(found, key=lambda each: (not each.is_default, each.name.casefold())),
        addresses={each.id: portal_address(public_url, slug=each.slug) for each in found},
        own={each.id: portal_address(public_url, slug=each.slug, **_at(each)) for each in found},
        looked_for=looked_for,
        not_found=console.sentences(refusal)[0] if refusal else None,
        done=request.args.get("done"),
    )


def _at(portal: ConfigurationView) -> dict[str, str | None]:
    return {name: portal.domain[name] for name in ("host", "path")}
