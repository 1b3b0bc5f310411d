"""PRESETS: five portals as five other products have them, each in one choice.

A preset fills what it names when a configuration is made; what is given along wins, and nothing is tied to the preset
afterwards. A portal of today opens by a mailed link or code. The other ways in of these products belong to the presets
as soon as they are built: a portal session made by the vendor's backend (paykickstart, wingback), order number and
e-mail (kartra), a signed hash (billflow), a permanent link (4geeks). So does the widget, which is the first kind of
paykickstart and billflow.

Worked example: `preset: 4geeks` with `features.subscription_cancel.mode: immediately` is a portal for running
subscriptions only, where canceling takes effect at once.
"""

from collections.abc import Mapping
from typing import Any, Final

_CLOSED: Final[Mapping[str, Any]] = {
    "subscription_pause": {"enabled": False},
    "subscription_update": {"enabled": False, "default_allowed_updates": []},
    "subscription_resubscribe": {"enabled": False},
    "refund_request": {"enabled": False},
    "tickets": {"enabled": False},
    "product_access": {"enabled": False},
    "invoice_history": {"enabled": True, "scope": "all"},
    "payment_method_update": {"enabled": True},
}
"""What the five have in common: invoices and card on, and nothing else unless the product offers it."""


def _cancel(mode: str, *, asks_why: bool = False) -> dict[str, Any]:
    return {
        "enabled": True,
        "mode": mode,
        "execution": "automated",
        "proration_behavior": "none",
        "cancellation_reason": {"enabled": asks_why},
    }


PRESETS: Final[Mapping[str, Mapping[str, Any]]] = {
    "paykickstart": {
        "scope": {"access_gate": "paid_transaction"},
        "features": {
            **_CLOSED,
            "subscription_cancel": _cancel("customer_choice"),
            "product_access": {"enabled": True},
        },
    },
    "wingback": {
        "scope": {"access_gate": "any_order"},
        "features": {
            **_CLOSED,
            "subscription_cancel": _cancel("at_period_end"),
            "subscription_update": {
                "enabled": True,
                "default_allowed_updates": ["price"],
                "allow_downgrade": True,
            },
        },
    },
    "kartra": {
        "scope": {"access_gate": "any_order"},
        "features": {
            **_CLOSED,
            "subscription_cancel": _cancel("at_period_end"),
            "refund_request": {"enabled": True, "execution": "automated"},
            "tickets": {"enabled": True},
        },
    },
    "billflow": {
        "scope": {"access_gate": "any_order"},
        "features": {
            **_CLOSED,
            "invoice_history": {"enabled": True, "scope": "subscription"},
            "subscription_cancel": _cancel("at_period_end", asks_why=True),
            "subscription_update": {
                "enabled": True,
                "default_allowed_updates": ["price", "promotion_code", "quantity"],
                "allow_downgrade": True,
                "show_plan_picker": True,
            },
            "subscription_resubscribe": {"enabled": True, "allow_plan_change": True, "allow_coupon": True},
        },
        "languages": {"auto_detect": True},
    },
    "4geeks": {
        "scope": {"access_gate": "active_subscription"},
        "features": {**_CLOSED, "subscription_cancel": _cancel("at_period_end")},
    },
}
