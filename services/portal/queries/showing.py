"""Which products a portal does not show: hidden ones, those out of its scope, those behind its gate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from sqlalchemy import ColumnElement, Row, false, not_, select
from sqlalchemy.orm import Session

from services.portal.models import Payment, Product, Subscription
from services.portal.queries import time
from services.portal.queries.portals import PortalView
from services.portal.rules.portals.features import AccessGate
from services.portal.rules.products import visibility
from services.portal.rules.products.visibility import Bought
from services.portal.rules.subscriptions.lifecycle import Status

_Product: TypeAlias = Row[str, str | None, bool, bool, bool]
"""Of a product: its id, its campaign, is it for portals, was it paid for, does a subscription to it run."""


@dataclass(frozen=True, kw_only=True)
class Hidden:
    """Products that don't show: `purchases` of them, which may be behind a gate, and `invoices`, which never are."""

    purchases: frozenset[str]
    invoices: frozenset[str]


def hidden_products(
    session: Session, *, portal: PortalView, customer: str | None = None, is_gated: bool = True
) -> frozenset[str]:
    """Of the products that were bought in scope, those this portal does not show. One statement.

    Its gate looks at what was done by `customer`, or by those in scope. Invoices are not behind it: `is_gated` False.
    """
    gate = portal.access_gate if is_gated else AccessGate.ANY_ORDER
    return _hidden(_bought(session, gate=gate, customer=customer), portal=portal, gate=gate)


def hidden(session: Session, *, portal: PortalView) -> Hidden:
    """Both kinds of what this portal does not show of what was bought in scope. One statement."""
    found = _bought(session, gate=portal.access_gate, customer=None)
    return Hidden(
        purchases=_hidden(found, portal=portal, gate=portal.access_gate),
        invoices=_hidden(found, portal=portal, gate=AccessGate.ANY_ORDER),
    )


_BOUGHT: Final = select(Product.id, Product.campaign, Product.show_in_portal).where(
    Product.id.in_(select(Payment.product)) | Product.id.in_(select(Subscription.product))
)
_ORDERED: Final = _BOUGHT.add_columns(false(), false())


def _bought(session: Session, *, gate: AccessGate, customer: str | None) -> Sequence[_Product]:
    """The products bought in scope, each with what the gate asks about."""
    if gate is AccessGate.ANY_ORDER:
        return session.execute(_ORDERED).all()
    return session.execute(_BOUGHT.add_columns(_paid_for(customer), _running(customer, now=time.now(session)))).all()


def _hidden(found: Sequence[_Product], *, portal: PortalView, gate: AccessGate) -> frozenset[str]:
    return frozenset(
        product
        for product, campaign, show_in_portal, has_paid, is_running in found
        if not visibility.decide(
            product=product,
            campaign=campaign,
            show_in_portal=show_in_portal,
            campaigns=portal.campaigns,
            hidden_products=portal.hidden_products,
            gate=gate,
            bought=Bought(has_order=True, has_paid=bool(has_paid), is_running=bool(is_running)),
        )
    )


def _paid_for(customer: str | None) -> ColumnElement[bool]:
    """Was there ever money for the product; whether it went back later does not matter."""
    paid = select(Payment.product).where(Payment.status == "succeeded", Payment.total > 0)
    return Product.id.in_(paid if customer is None else paid.where(Payment.customer == customer))


def _running(customer: str | None, *, now: datetime) -> ColumnElement[bool]:
    """Does a subscription to the product run."""
    is_over = (Subscription.status == Status.CANCELED) & (Subscription.ends_at <= now)
    running = select(Subscription.product).where(Subscription.status != Status.ENDED, not_(is_over))
    return Product.id.in_(running if customer is None else running.where(Subscription.customer == customer))
