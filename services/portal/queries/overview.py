"""The first page of a portal in one view, with a handful of statements whatever the counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from services.portal.queries import customers, invoices, payments, showing, subscriptions
from services.portal.queries.customers import AnsweredTicket, CustomerView
from services.portal.queries.invoices import InvoiceRow
from services.portal.queries.payments import PaymentView, PurchaseRow
from services.portal.queries.portals import PortalView
from services.portal.queries.subscriptions import SubscriptionCard
from services.portal.rules.assurance import Requester

NEWEST_INVOICES: Final = 5
NEWEST_PURCHASES: Final = 3


@dataclass(frozen=True, kw_only=True)
class OverviewView:
    """What a customer has: subscriptions, what is unpaid, purchases, the newest invoices, answers that wait.

    `has_credit`: there is, or was, something to their credit.
    """

    customers: tuple[CustomerView, ...]
    subscriptions: tuple[SubscriptionCard, ...]
    unpaid: tuple[PaymentView, ...]
    purchases: tuple[PurchaseRow, ...]
    purchase_count: int
    invoices: tuple[InvoiceRow, ...]
    invoice_count: int
    answered: tuple[AnsweredTicket, ...]
    has_credit: bool


def shown_cards(session: Session, *, portal: PortalView, by: Requester, now: datetime) -> tuple[SubscriptionCard, ...]:
    """The subscriptions alone, as the overview shows them."""
    hidden = showing.hidden(session, portal=portal)
    return subscriptions.cards(session, portal=portal, hidden=hidden.purchases, unpaid=(), by=by, now=now)


def overview(session: Session, *, portal: PortalView, by: Requester, now: datetime) -> OverviewView:
    """The overview of the customers in scope, as `portal` shows it. Seven statements, whatever the counts."""
    people = customers.with_answers(session)
    hidden = showing.hidden(session, portal=portal)
    unpaid = payments.unpaid(session)
    bought = payments.purchases(session, hidden=hidden.purchases, limit=NEWEST_PURCHASES)
    cards = subscriptions.cards(session, portal=portal, hidden=hidden.purchases, unpaid=unpaid, by=by, now=now)
    only = cards[0].id if invoices.is_narrow(portal) and len(cards) == 1 else None
    history = invoices.history(
        session,
        portal=portal,
        hidden=hidden.invoices,
        limit=NEWEST_INVOICES,
        wanted=invoices.Wanted(subscription=only),
    )
    return OverviewView(
        customers=tuple(each for each, _ticket, _has_credit in people),
        subscriptions=cards,
        unpaid=unpaid,
        purchases=bought.rows,
        purchase_count=bought.count,
        invoices=history.rows,
        invoice_count=history.total,
        answered=tuple(ticket for _each, ticket, _has_credit in people if ticket is not None),
        has_credit=any(has_credit for _each, _ticket, has_credit in people),
    )
