"""The first page: what the customer has, what it costs and when, and the newest invoices."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, request

from services.portal.pages.customer import alerts, shell
from services.portal.queries import agreements, time
from services.portal.queries.invoices import InvoiceRow, Wanted, history
from services.portal.queries.overview import OverviewView, overview
from services.portal.queries.portals import PortalView
from services.portal.queries.subscriptions import SubscriptionCard
from services.portal.rules.policy import Action
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
    """What was just done, for the line that says so; of a subscription that ends, with its last invoice."""

    what: str
    card: SubscriptionCard
    last_invoice: InvoiceRow | None = None


@blueprint.get("", strict_slashes=False)
@customer
def show(slug: str) -> Response:
    """Subscriptions first, with the next amount and its day; then purchases and invoices."""
    portal = shell.open_portal(slug)
    by, now = time.seen_by(session(), caller()), time.now(session())
    view = overview(session(), portal=portal, by=by, now=now)
    charged = alerts.cards_of(view, now=now)
    return shell.show(
        "portal/customer/overview.html",
        portal=portal,
        of=view.customers,
        view=view,
        cards_of=_by_customer(view),
        invoices=view.invoices[:SHOWN_INVOICES],
        done=_done(view, portal),
        alerts=alerts.stack(view, charged, now=now),
        charged=charged,
        upcoming=_upcoming(view),
        is_masked=caller().assurance != "verified",
        unpaid=view.unpaid,
        may_change_email=agreements.answer(Action.CHANGE_EMAIL, by=by, portal=portal, now=now).is_allowed,
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


def _upcoming(view: OverviewView) -> list[SubscriptionCard]:
    """What will be charged, the nearest first; one alone stands on its own card already."""
    ahead = [(card.next_charge.at, card.id, card) for card in view.subscriptions if card.next_charge is not None]
    return [card for _at, _id, card in sorted(ahead, key=lambda each: each[:2])] if len(ahead) > 1 else []


def _done(view: OverviewView, portal: PortalView) -> Done | None:
    """Said only of what is so: an address with `?done=canceled` alone claims nothing."""
    what, of = request.args.get("done", ""), request.args.get("of")
    is_so = _IS_SO.get(what)
    for card in view.subscriptions:
        if is_so is not None and card.id == of and is_so(card):
            last = _last_invoice(portal, card.id) if what == "canceled" else None
            return Done(what=what, card=card, last_invoice=last)
    return None


def _last_invoice(portal: PortalView, subscription_id: str) -> InvoiceRow | None:
    paid = Wanted(subscription=subscription_id, status="paid")
    return next(iter(history(session(), portal=portal, wanted=paid, limit=1).rows), None)
