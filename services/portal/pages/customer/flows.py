"""The one action that a portal session was made for: what is hidden meanwhile, and where its end leads."""

from typing import Any

from flask import Blueprint, Response, request

from services.portal.pages.customer import shell
from services.portal.rules.portals import flows
from services.portal.rules.portals.flows import After
from shared.web import caller, customer, redirect_to

blueprint = Blueprint("flows", __name__, url_prefix="/p/<slug>/done")


@blueprint.get("", strict_slashes=False)
@customer
def show(slug: str) -> Response:
    """It is done, in the vendor's words where there are any. Without a flow that ends here: the first page."""
    portal = shell.open_portal(slug)
    flow = shell.flow()
    found = flows.completion(flow, is_framed=caller().framed)
    if found.after is After.NOTHING:
        return redirect_to(shell.home(slug))
    return shell.show(
        "portal/customer/done.html",
        portal=portal,
        message=found.message,
        back=found.url or shell.way_back(portal),
    )


def done(slug: str, to: str) -> Response:
    """An action was carried out: on `to`, or, where this page belongs to the visit's flow, to where that leads."""
    flow = shell.flow()
    if not flows.is_inside(flow, page=request.path.removeprefix(shell.home(slug))):
        return redirect_to(to)
    return _complete(slug, flow, to)


def paid(slug: str, to: str) -> Response:
    """Back from the bank with success: as `done`, for a flow that may come by there."""
    flow = shell.flow()
    is_charged = flow is not None and flow.get("type") in flows.CHARGED
    return _complete(slug, flow, to) if is_charged else redirect_to(to)


def _complete(slug: str, flow: dict[str, Any] | None, to: str) -> Response:
    found = flows.completion(flow, is_framed=caller().framed)
    if found.after is After.REDIRECT and found.url is not None:
        return redirect_to(found.url)
    return redirect_to(f"{shell.home(slug)}/done" if found.after is After.CONFIRMATION else to)
