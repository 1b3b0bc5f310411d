"""One customer: who they are, what runs, what was paid, what they may do and by whose rule, and what was done."""

from dataclasses import replace
from typing import Final

from flask import Blueprint, Response, request

from services.portal.pages.console.customers import timeline
from services.portal.queries import billing, customer_profile, portals, time
from services.portal.rules.policy import Action
from shared.errors import Refusal
from shared.web import caller, console, session, staff

blueprint = Blueprint("console_customer", __name__, url_prefix="/console/customers/<customer_id>")

ASKED_OF: Final = (Action.CANCEL, Action.PAUSE, Action.CHANGE_PLAN)
"""What the page says of each subscription: may the customer do it, and who decides that."""
NEWEST: Final = 15
"""Moments of the timeline; the rest has a page of its own."""


@blueprint.get("")
@staff("read_only")
def show(customer_id: str) -> Response:
    """All there is to say about a customer."""
    return page(customer_id)


def page(customer_id: str, *, refusal: Refusal | None = None) -> Response:
    """The customer's page, with what was refused above it. Raises NotFound."""
    now, portal = time.now(session()), portals.default(session())
    found = customer_profile.of(
        session(), customer_id=customer_id, portal=portal, by=replace(caller(), kind="customer"), now=now
    )
    return console.show(
        "portal/console/customers/show.html",
        refusal=refusal,
        of=found,
        customer=found.customer,
        portal=portal,
        asked_of=[each.value for each in ASKED_OF],
        timeline=timeline.stretch(customer_id, limit=NEWEST),
        zone=billing.settings(session()).zone,
        done=request.args.get("done"),
    )
