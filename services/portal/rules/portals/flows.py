"""DECIDES which pages belong to the one action that a portal session was made for, and what comes after it.

FLOWS names, for each type, the pages below the portal's home that the action takes; there, everything else is hidden.
Once it is done the portal's first page follows, unless the vendor asked for a page that says so in its own words
(`hosted_confirmation`), or for an address of its own (`redirect`). In an embed's frame there is nowhere to redirect
to: the page that says so leads there.

Worked example: a session for `subscription_cancel` of sub_1 is inside its flow at `/subscriptions/sub_1/cancellation`;
at `/invoices` it is not, and at the cancellation of sub_2 neither.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

FLOWS: Final[Mapping[str, tuple[str, ...]]] = {
    "customer_update": ("/details", "/email"),
    "payment_method_update": ("/payment-methods/new", "/payment-methods/return"),
    "subscription_cancel": ("/subscriptions/{id}/cancellation", "/subscriptions/{id}/offer"),
    "subscription_pause": ("/subscriptions/{id}/pause",),
    "subscription_update": ("/subscriptions/{id}/change",),
    "subscription_update_confirm": ("/subscriptions/{id}/change",),
    "subscription_resubscribe": ("/subscriptions/{id}/resubscription",),
    "refund_request": ("/payments/{id}/refund",),
    "invoice_payment": ("/payments/{id}/pay",),
}
CHARGED: Final = (
    "subscription_update",
    "subscription_update_confirm",
    "subscription_resubscribe",
    "invoice_payment",
    "payment_method_update",
)
"""Where a bank may come in between; coming back from it paid, the flow is done."""


class After(StrEnum):
    """What comes after an action."""

    NOTHING = "nothing"  # there is no flow here: the page goes on as it does
    CONFIRMATION = "confirmation"
    REDIRECT = "redirect"


@dataclass(frozen=True, kw_only=True)
class Completion:
    """What comes next. `message` is the vendor's own, plain text; `url` where it leads."""

    after: After
    message: str | None = None
    url: str | None = None


_NOTHING: Final = Completion(after=After.NOTHING)


def is_inside(flow: Mapping[str, Any] | None, *, page: str) -> bool:
    """Whether `page`, a path below the portal's home, belongs to the flow."""
    if flow is None:
        return False
    own = flow.get(str(flow.get("type"))) or {}
    subject = own.get("payment") or own.get("subscription") or ""
    pages = FLOWS.get(str(flow.get("type")), ())
    return any(page == each.format(id=subject) for each in pages)


def completion(flow: Mapping[str, Any] | None, *, is_framed: bool) -> Completion:
    """What the vendor asked for once the flow is done."""
    asked = (flow or {}).get("after_completion") or {}
    kind = asked.get("type")
    if kind == "hosted_confirmation":
        own = asked.get("hosted_confirmation") or {}
        return Completion(after=After.CONFIRMATION, message=own.get("custom_message"))
    if kind == "redirect":
        url = asked["redirect"]["return_url"]
        return Completion(after=After.CONFIRMATION if is_framed else After.REDIRECT, url=url)
    return _NOTHING


def own_discount(
    flow: Mapping[str, Any] | None, *, subscription: str, plan: str | None, quantity: str | None
) -> str | None:
    """The coupon that comes with the change which the flow was made for; None for any other change."""
    own = (flow or {}).get("subscription_update_confirm") or {}
    item = (own.get("items") or [{}])[0]
    is_it = own.get("subscription") == subscription and plan is not None and item.get("plan") == plan
    if not is_it or (item.get("quantity") is not None and str(item["quantity"]) != quantity):
        return None
    return next((each.get("coupon") for each in own.get("discounts") or ()), None)


def own_coupon(flow: Mapping[str, Any] | None, *, subscription: str) -> str | None:
    """The coupon that the flow offers to whoever wants to cancel this subscription."""
    own = (flow or {}).get("subscription_cancel") or {}
    if own.get("subscription") != subscription:
        return None
    offered = (own.get("retention") or {}).get("coupon_offer") or {}
    return offered.get("coupon")
