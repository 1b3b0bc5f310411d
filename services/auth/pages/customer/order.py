"""Signing in with an order number and the address of the purchase, to look at it. Works without scripts."""

from flask import Blueprint, Response, request

from services.auth.actions.sign_in import order
from services.auth.actions.sign_in.use import Unusable
from services.auth.adapters import Adapters
from services.auth.pages.customer import portal as shell
from services.auth.queries.portals import PortalView
from services.auth.rules import order_number
from services.auth.rules.ways_in import Method
from shared import clock
from shared.errors import NotFound
from shared.web import adapters, public, render, session

blueprint = Blueprint("order", __name__, url_prefix="/p/<slug>/sign-in/order")

LONGEST_TYPED = 320


@blueprint.get("")
@public
def show(slug: str) -> Response:
    """The two fields. Raises NotFound where the portal does not list this way in."""
    with shell.entered(slug) as portal:
        if Method.ORDER_NUMBER not in portal.sign_in_methods:
            raise NotFound
        return _form(portal)


@blueprint.post("")
@public
def use(slug: str) -> Response:
    """Look on, if both belong to one customer. What was wrong is never said."""
    with shell.entered(slug) as portal:
        visitor, now = shell.visitor(), clock.now()
        number = order_number.read(request.form.get("order_number", "")[:LONGEST_TYPED])
        known = adapters(Adapters)
        buyers = known.portal.buyers(
            vendor=portal.vendor,
            mode=portal.mode,
            order_number=number or "",
            passport=known.passports.issue_own(now=now),
        )
        outcome = order.use_order(
            session(),
            portal=portal,
            number=number,
            email=request.form.get("email", "")[:LONGEST_TYPED],
            buyers=buyers,
            current=shell.current(portal),
            client=visitor.client,
            device=visitor.device,
            now=now,
        )
        return _form(portal, is_wrong=True) if isinstance(outcome, Unusable) else shell.enter(portal, outcome)


def _form(portal: PortalView, *, is_wrong: bool = False) -> Response:
    return render(
        "auth/order.html",
        status=422 if is_wrong else 200,
        brand=shell.brand(portal),
        portal=portal,
        is_wrong=is_wrong,
    )
