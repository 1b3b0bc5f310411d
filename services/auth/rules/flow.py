"""DECIDES where a flow begins: the page of the one action that a portal session was made for.

FLOWS names, for each type, what of the customer's it is about and the page it lands on. Whether the action may be
done there is the policy's answer, which the page shows.
Worked example: `{"type": "subscription_pause", "subscription_pause": {"subscription": "sub_1"}}` in portal `acme` lands
on `/p/acme/subscriptions/sub_1/pause`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode


@dataclass(frozen=True)
class Flow:
    """`about` is the field in which the flow names what it is about; None: the customer. `page` may hold its id."""

    about: str | None
    page: str


FLOWS: Final[dict[str, Flow]] = {
    "customer_update": Flow(None, "/details"),
    "payment_method_update": Flow(None, "/payment-methods/new"),
    "subscription_cancel": Flow("subscription", "/subscriptions/{id}/cancellation"),
    "subscription_pause": Flow("subscription", "/subscriptions/{id}/pause"),
    "subscription_update": Flow("subscription", "/subscriptions/{id}/change"),
    "subscription_update_confirm": Flow("subscription", "/subscriptions/{id}/change"),
    "subscription_resubscribe": Flow("subscription", "/subscriptions/{id}/resubscription"),
    "refund_request": Flow("payment", "/payments/{id}/refund"),
    "invoice_payment": Flow("invoice", "/payments/{id}/pay"),
}
COMPLETIONS: Final = ("portal_homepage", "hosted_confirmation", "redirect")


@dataclass(frozen=True, kw_only=True)
class Named:
    """The ids that a flow names, each of which must be the customer's, or the vendor's."""

    subscription: str | None = None
    payment: str | None = None
    invoice: str | None = None
    plan: str | None = None
    coupon: str | None = None


def named(flow: Mapping[str, Any]) -> Named:
    """What a well-formed flow is about."""
    own: dict[str, Any] = flow.get(flow["type"]) or {}
    items: list[dict[str, Any]] = own.get("items") or [{}]
    discounts: list[dict[str, Any]] = own.get("discounts") or [{}]
    offer = (own.get("retention") or {}).get("coupon_offer") or discounts[0]
    about = FLOWS[flow["type"]].about
    return Named(
        **({about: own[about]} if about else {}),
        plan=items[0].get("plan"),
        coupon=offer.get("coupon"),
    )


def landing(portal: str, flow: Mapping[str, Any] | None) -> str:
    """The path that a session in this portal begins at; without a flow, the overview."""
    home = f"/p/{portal}"
    known = FLOWS.get(flow["type"]) if flow else None
    if flow is None or known is None:
        return home
    own = flow.get(flow["type"]) or {}
    subject = own.get("payment") or own.get("subscription") or ""
    query = urlencode({name: value for name, value in (own.get("items") or [{}])[0].items() if value is not None})
    return home + known.page.format(id=subject) + (f"?{query}" if query else "")
