"""The first page: what the customer has, what it costs and when, and the newest invoices."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, request

from services.portal.pages.customer import shell
from services.portal.queries import payments, time
from services.portal.queries.overview import OverviewView, overview
from services.portal.queries.subscriptions import SubscriptionCard
from services.portal.rules.subscriptions.lifecycle import Status
from shared.web import caller, customer, session

blueprint = Blueprint("overview", __name__, url_prefix="/p/<slug>")

SHOWN_INVOICES: Final = 3
_GOES_ON: Final = frozenset({Status.TRIALING, Status.ACTIVE, Status.PAST_DUE, Status.PAUSED})
_IS_SO: Final[Mapping[str, Callable[[SubscriptionCard], bool]]] = {
    "canceled": lambda card: card.status in (Status.CANCELED, Status.ENDED),
    "uncanceled": lambda card: card.status in _GOES_ON,
    "kept": lambda card: card.status in _GOES_ON,
    "pausing": lambda card: card.pauses_at is not None,
    "unpaused": lambda card: card.status is Status.ACTIVE and card.pauses_at is None,
    "resumed": lambda card: card.status is Status.ACTIVE,
    "resubscribed": lambda card: card.status is Status.ACTIVE,
}


@dataclass(frozen=True, kw_only=True)
class Done:
    """What was just done, for the line that says so."""

    what: str
    card: SubscriptionCard


@blueprint.get("", strict_slashes=False)
@customer
def show(slug: str) -> Response:
    """Subscriptions first, with the next amount and its day; then purchases and invoices."""
    portal = shell.open_portal(slug)
    by, now = time.seen_by(session(), caller()), time.now(session())
    view = overview(session(), portal=portal, by=by, now=now)
    return shell.show(
        "portal/customer/overview.html",
        portal=portal,
        of=view.customers,
        view=view,
        cards_of=_by_customer(view),
        invoices=view.invoices[:SHOWN_INVOICES],
        done=_done(view),
        unpaid=payments.unpaid(session()),
    )


def _by_customer(view: OverviewView) -> list[tuple[str, list[SubscriptionCard]]]:
    """Cards by the customer record they belong to, each named; one record needs no name."""
    groups = [
        (
            each.company or each.display_name or each.reference or each.id,
            [c for c in view.subscriptions if c.customer == each.id],
        )
        for each in view.customers
    ]
    return [(name, cards) for name, cards in groups if cards]


def _done(view: OverviewView) -> Done | None:
    """Said only of what is so: an address with `?done=canceled` alone claims nothing."""
    what, of = request.args.get("done", ""), request.args.get("of")
    is_so = _IS_SO.get(what)
    for card in view.subscriptions:
        if is_so is not None and card.id == of and is_so(card):
            return Done(what=what, card=card)
    return None
