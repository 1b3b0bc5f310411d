"""One subscription: what it is, the next invoice line by line, its documents, and what happened to it."""

from typing import Final

from flask import Blueprint, Response, request

from services.portal.pages.customer import shell
from services.portal.queries import activity, adding, time, upcoming, usage
from services.portal.queries.adding import AddonsView
from services.portal.queries.invoices import Wanted, history
from services.portal.queries.payments import unpaid
from services.portal.queries.subscriptions import SubscriptionCard, card
from services.portal.rules.policy import Action
from services.portal.rules.subscriptions.lifecycle import Status
from shared.web import caller, customer, session

blueprint = Blueprint("subscription", __name__, url_prefix="/p/<slug>/subscriptions/<subscription_id>")

SHOWN_INVOICES: Final = 12
SHOWN_EVENTS: Final = 12
SHOWN_PERIODS: Final = 6


@blueprint.get("", strict_slashes=False)
@customer
def show(slug: str, subscription_id: str) -> Response:
    """All there is to say about it, and all that can be done."""
    portal = shell.open_portal(slug)
    by, now = time.seen_by(session(), caller()), time.now(session())
    shown = card(session(), subscription_id=subscription_id, portal=portal, by=by, now=now)
    invoices = history(session(), portal=portal, limit=SHOWN_INVOICES, wanted=Wanted(subscription=shown.id))
    return shell.show(
        "portal/customer/subscriptions/show.html",
        portal=portal,
        card=shown,
        next_invoice=upcoming.next_invoice(session(), subscription_id=shown.id, now=now),
        uses=usage.of_subscription(session(), subscription_id=shown.id, now=now, count=SHOWN_PERIODS),
        invoices=invoices,
        events=activity.page(session(), portal=portal, about=shown.id, limit=SHOWN_EVENTS).rows,
        unpaid=[each for each in unpaid(session()) if each.subscription == shown.id],
        acts_for=caller().delegate is not None,
        addons=_addons(shown),
        addons_done=request.args.get("addons"),
    )


def _addons(shown: SubscriptionCard) -> AddonsView | None:
    """What is on it, and where add-ons may be had what could be; None where there is nothing to say."""
    found = adding.shown(session(), subscription_id=shown.id)
    may = shown.actions[Action.CHANGE_ADDONS].is_allowed
    has = found.items and shown.status is not Status.ENDED
    return found if has or found.waiting or (may and found.offers) else None
