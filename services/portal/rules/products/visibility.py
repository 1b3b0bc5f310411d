"""DECIDES which purchases show in a portal.

A product that is not for portals shows in none. A portal can hide further products, and can be limited to some
campaigns; without such a limit all of them show. What was bought without any product (a payment taken elsewhere)
always shows.

A portal's gate says what a customer must have done to see a product there. *Any order* is enough by default. *Active
subscription* wants one to it that runs: trialing, active, past due, paused, or canceled and not over. *Paid
transaction* wants a payment above zero for it that arrived, once: that it went back later does not matter, a free trial
alone is not enough. Invoices are not behind the gate, and the purchase itself is known to whoever looks them up.

Worked example: a portal limited to the campaign "Music" that hides the product "Samples": of Music's products
"Vinyl" shows and "Samples" does not; nothing of "Books" does. With the gate *paid transaction*, "Vinyl" begins to show
with its first payment.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from services.portal.rules.portals.features import AccessGate


@dataclass(frozen=True, kw_only=True)
class Bought:
    """What a customer has done about a product."""

    has_order: bool
    has_paid: bool
    is_running: bool


ORDERED: Final = Bought(has_order=True, has_paid=False, is_running=False)


def decide(
    *,
    product: str | None,
    campaign: str | None,
    show_in_portal: bool,
    campaigns: Collection[str] | None,
    hidden_products: Collection[str],
    gate: AccessGate = AccessGate.ANY_ORDER,
    bought: Bought = ORDERED,
) -> bool:
    """Does a purchase of `product` show? `campaigns` None means all of them."""
    if product is None:
        return True
    if not show_in_portal or product in hidden_products:
        return False
    return (campaigns is None or campaign in campaigns) and _is_open(gate, bought)


def _is_open(gate: AccessGate, bought: Bought) -> bool:
    match gate:
        case AccessGate.ANY_ORDER:
            return bought.has_order
        case AccessGate.ACTIVE_SUBSCRIPTION:
            return bought.is_running
        case AccessGate.PAID_TRANSACTION:
            return bought.has_paid
