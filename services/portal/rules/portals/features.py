"""DECIDES what a portal's features are, as stored and as rules take them; Stripe's words where Stripe has one.

What a configuration leaves out has the default of this table, so an older configuration gains a new feature switched
as the default says. Everything that costs money or gives it back is off until the vendor turns it on, but for
canceling, card changes, invoices and product access, which customers may expect.

Worked example: `{"subscription_pause": {"enabled": true}}` is a pause of one month that the customer may ask for.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from services.portal.rules.portals import wallet
from services.portal.rules.portals.wallet import WalletFeature

REASONS: Final = (
    "customer_service",
    "low_quality",
    "missing_features",
    "other",
    "switched_service",
    "too_complex",
    "too_expensive",
    "unused",
)


class CancelMode(StrEnum):
    """When a customer's cancel takes effect."""

    AT_PERIOD_END = "at_period_end"
    IMMEDIATELY = "immediately"
    CUSTOMER_CHOICE = "customer_choice"


class Execution(StrEnum):
    """Does it happen at the click, or does a person decide."""

    AUTOMATED = "automated"
    MANUAL = "manual"


class Proration(StrEnum):
    """What becomes of a period that was paid and not used: nothing, part of the next charge, charged at once."""

    NONE = "none"
    CREATE_PRORATIONS = "create_prorations"
    ALWAYS_INVOICE = "always_invoice"


class UnusedTime(StrEnum):
    """How unused time is given back after an immediate cancel."""

    CREDIT = "credit"
    REFUND = "refund"


class Condition(StrEnum):
    """A change of which any one of these is true waits for the end of the period."""

    DECREASING_ITEM_AMOUNT = "decreasing_item_amount"
    SHORTENING_INTERVAL = "shortening_interval"


class AccessGate(StrEnum):
    """Whom a product shows to."""

    PAID_TRANSACTION = "paid_transaction"
    ACTIVE_SUBSCRIPTION = "active_subscription"
    ANY_ORDER = "any_order"


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What is offered to somebody who leaves for one of `reasons` (empty: any). `kind` coupon, pause, plan, contact."""

    reasons: tuple[str, ...]
    kind: str
    coupon: str | None = None
    plan: str | None = None


@dataclass(frozen=True, kw_only=True)
class CancelFeature:
    """How a customer may cancel."""

    enabled: bool
    mode: CancelMode
    execution: Execution
    helpdesk: str | None
    proration: Proration
    unused_time: UnusedTime
    reasons_enabled: bool
    reasons: tuple[str, ...]
    own_reasons: tuple[str, ...]
    confirmation_message: str | None
    offers: tuple[Offer, ...]


@dataclass(frozen=True, kw_only=True)
class PauseFeature:
    """How a customer may pause: until they say so, or for one of `options` (interval, how many)."""

    enabled: bool
    indefinite: bool
    options: tuple[tuple[str, int], ...]


@dataclass(frozen=True, kw_only=True)
class UpdateFeature:
    """What a customer may change: plan (`price`), quantity, coupon."""

    enabled: bool
    price: bool
    quantity: bool
    promotion_code: bool
    proration: Proration
    end_trial: bool
    allow_downgrade: bool
    show_plan_picker: bool
    at_period_end: frozenset[Condition]


@dataclass(frozen=True, kw_only=True)
class ResubscribeFeature:
    """How a customer may come back after the end."""

    enabled: bool
    allow_plan_change: bool
    allow_coupon: bool


@dataclass(frozen=True, kw_only=True)
class RefundFeature:
    """How a customer may ask for money back; `window_days` None: at any time, 0: never."""

    enabled: bool
    execution: Execution
    helpdesk: str | None
    window_days: int | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Features:
    """All of them. `details` are what customers may change of their own (DETAILS)."""

    cancel: CancelFeature
    pause: PauseFeature
    update: UpdateFeature
    resubscribe: ResubscribeFeature
    refund: RefundFeature
    invoices_enabled: bool
    invoices_of_subscription_only: bool
    payment_methods_enabled: bool
    tickets_enabled: bool
    tickets_helpdesk: str | None
    product_access_enabled: bool
    addons_enabled: bool
    wallet: WalletFeature
    details: frozenset[str]


DETAILS: Final = ("address", "email", "name", "phone", "shipping", "tax_id")
"""What of their own details customers may be let change."""

DEFAULTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "subscription_cancel": {
        "enabled": True,
        "mode": CancelMode.AT_PERIOD_END.value,
        "execution": Execution.AUTOMATED.value,
        "helpdesk": None,
        "proration_behavior": Proration.NONE.value,
        "unused_time": UnusedTime.REFUND.value,
        "confirmation_message": None,
        "cancellation_reason": {"enabled": True, "options": list(REASONS), "feedback_options": []},
        "offers": [],
    },
    "subscription_pause": {
        "enabled": False,
        "duration": {"type": "interval_options", "interval_options": [{"interval": "month", "interval_count": 1}]},
    },
    "subscription_update": {
        "enabled": False,
        "default_allowed_updates": [],
        "proration_behavior": Proration.ALWAYS_INVOICE.value,
        "trial_update_behavior": "end_trial",
        "allow_downgrade": True,
        "show_plan_picker": False,
        "schedule_at_period_end": {"conditions": [{"type": each.value} for each in Condition]},
    },
    "subscription_resubscribe": {"enabled": False, "allow_plan_change": False, "allow_coupon": False},
    "refund_request": {
        "enabled": False,
        "execution": Execution.AUTOMATED.value,
        "helpdesk": None,
        "refund_window_days": None,
        "reasons": [],
    },
    "invoice_history": {"enabled": True, "scope": "all"},
    "payment_method_update": {"enabled": True},
    "tickets": {"enabled": False, "helpdesk": None},
    "product_access": {"enabled": True},
    "subscription_addons": {"enabled": False},
    "wallet": wallet.DEFAULT,
    "customer_update": {"enabled": True, "allowed_updates": [each for each in DETAILS if each != "email"]},
}


def calculate(stored: Mapping[str, Any]) -> Features:
    """Stored features, completed with the defaults, as rules take them."""
    whole = complete(stored)
    update, refund, details = whole["subscription_update"], whole["refund_request"], whole["customer_update"]
    allowed = set(update["default_allowed_updates"]) if update["enabled"] else set()
    return Features(
        cancel=_cancel(whole["subscription_cancel"]),
        pause=_pause(whole["subscription_pause"]),
        update=UpdateFeature(
            enabled=update["enabled"],
            price="price" in allowed,
            quantity="quantity" in allowed,
            promotion_code="promotion_code" in allowed,
            proration=Proration(update["proration_behavior"]),
            end_trial=update["trial_update_behavior"] == "end_trial",
            allow_downgrade=update["allow_downgrade"],
            show_plan_picker=update["show_plan_picker"],
            at_period_end=frozenset(Condition(each["type"]) for each in update["schedule_at_period_end"]["conditions"]),
        ),
        resubscribe=ResubscribeFeature(**whole["subscription_resubscribe"]),
        refund=RefundFeature(
            enabled=refund["enabled"],
            execution=Execution(refund["execution"]),
            helpdesk=refund["helpdesk"],
            window_days=refund["refund_window_days"],
            reasons=tuple(refund["reasons"]),
        ),
        invoices_enabled=whole["invoice_history"]["enabled"],
        invoices_of_subscription_only=whole["invoice_history"]["scope"] == "subscription",
        payment_methods_enabled=whole["payment_method_update"]["enabled"],
        tickets_enabled=whole["tickets"]["enabled"],
        tickets_helpdesk=whole["tickets"]["helpdesk"],
        product_access_enabled=whole["product_access"]["enabled"],
        addons_enabled=whole["subscription_addons"]["enabled"],
        wallet=wallet.calculate(whole["wallet"]),
        details=frozenset(details["allowed_updates"] if details["enabled"] else ()),
    )


def complete(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Every feature with every field: what is stored, else the default."""
    return merged(DEFAULTS, stored)


def merged(defaults: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """`defaults` with the values of `stored`, dicts within dicts alike; always new dicts."""
    whole = deepcopy(dict(defaults))
    for name, value in stored.items():
        is_deeper = isinstance(value, Mapping) and isinstance(whole.get(name), Mapping)
        whole[name] = merged(whole[name], value) if is_deeper else deepcopy(value)
    return whole


def _cancel(stored: Mapping[str, Any]) -> CancelFeature:
    asked = stored["cancellation_reason"]
    return CancelFeature(
        enabled=stored["enabled"],
        mode=CancelMode(stored["mode"]),
        execution=Execution(stored["execution"]),
        helpdesk=stored["helpdesk"],
        proration=Proration(stored["proration_behavior"]),
        unused_time=UnusedTime(stored["unused_time"]),
        reasons_enabled=asked["enabled"],
        reasons=tuple(asked["options"]),
        own_reasons=tuple(asked["feedback_options"]),
        confirmation_message=stored["confirmation_message"],
        offers=tuple(
            Offer(
                reasons=tuple(each.get("reasons", ())),
                kind=each["kind"],
                coupon=each.get("coupon"),
                plan=each.get("plan"),
            )
            for each in stored["offers"]
        ),
    )


def _pause(stored: Mapping[str, Any]) -> PauseFeature:
    duration = stored["duration"]
    return PauseFeature(
        enabled=stored["enabled"],
        indefinite=duration["type"] == "indefinite",
        options=tuple((each["interval"], each["interval_count"]) for each in duration["interval_options"]),
    )
