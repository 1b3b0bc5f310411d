"""The first page of a portal in one view, with a handful of statements whatever the counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from services.portal.queries import customers, invoices, payments, subscriptions
from services.portal.queries.customers import CustomerView
from services.portal.queries.invoices import InvoiceRow
from services.portal.queries.payments import PurchaseRow
from services.portal.queries.portals import PortalView, hidden_products
from services.portal.queries.subscriptions import SubscriptionCard
from services.portal.rules.assurance import Requester
from services.portal.rules.portals.features import AccessGate

NEWEST_INVOICES: Final = 5
NEWEST_PURCHASES: Final = 3


@dataclass(frozen=True, kw_only=True)
class OverviewView:
    """What a customer has: subscriptions, one-time purchases, the newest invoices."""

    customers: tuple[CustomerView, ...]
    subscriptions: tuple[SubscriptionCard, ...]
    purchases: tuple[PurchaseRow, ...]
    purchase_count: int
    invoices: tuple[InvoiceRow, ...]
    invoice_count: int


def overview(session: Session, *, portal: PortalView, by: Requester, now: datetime) -> OverviewView:
    """The overview of the customers in scope, as `portal` shows it. Six statements, seven behind a gate."""
    hidden = hidden_products(session, portal=portal)
    is_open = portal.access_gate is AccessGate.ANY_ORDER
    without_invoices = hidden if is_open else hidden_products(session, portal=portal, is_gated=False)
    bought = payments.purchases(session, hidden=hidden, limit=NEWEST_PURCHASES)
    history = invoices.history(session, portal=portal, hidden=without_invoices, limit=NEWEST_INVOICES)
    return OverviewView(
        customers=customers.in_scope(session),
        subscriptions=subscriptions.cards(session, portal=portal, hidden=hidden, by=by, now=now),
        purchases=bought.rows,
        purchase_count=bought.count,
        invoices=history.rows,
        invoice_count=history.total,
    )
