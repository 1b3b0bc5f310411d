"""PRESETS: five portals as five other products have them, each in one choice.

A preset fills what it names when a configuration is made; what is given along wins, and nothing is tied to the preset
afterwards. In live mode two things are left out: a hash is always required, and ways in that may act without a code
(`direct_actions`) are for a person to accept, who was told what they risk.

Worked example: `preset: 4geeks` with `features.subscription_cancel.mode: immediately` is a portal for running
subscriptions only, opened by a permanent link, where canceling takes effect at once.
"""

from collections.abc import Mapping
from typing import Any, Final

_TEST_ONLY: Final = ("require_hash", "direct_actions")
_CLOSED: Final[Mapping[str, Any]] = {
    "subscription_pause": {"enabled": False},
    "subscription_update": {"enabled": False, "default_allowed_updates": []},
    "subscription_resubscribe": {"enabled": False},
    "refund_request": {"enabled": False},
    "wallet": {"enabled": False},
    "tickets": {"enabled": False},
    "product_access": {"enabled": False},
    "subscription_addons": {"enabled": False},
    "invoice_history": {"enabled": True, "scope": "all"},
    "payment_method_update": {"enabled": True},
    "customer_update": {"enabled": False},
}
"""What the five have in common: invoices and card on, and nothing else unless the product offers it."""


def _details(*allowed: str) -> dict[str, Any]:
    return {"enabled": True, "allowed_updates": list(allowed)}


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
        "kind": "widget",
        "sign_in": {"methods": ["email", "portal_session"], "identify_by": "email"},
        "scope": {"access_gate": "paid_transaction"},
        "features": {
            **_CLOSED,
            "subscription_cancel": _cancel("customer_choice"),
            "product_access": {"enabled": True},
        },
    },
    "wingback": {
        "kind": "hosted",
        "sign_in": {"methods": ["portal_session"], "identify_by": "customer_id"},
        "scope": {"access_gate": "any_order"},
        "features": {
            **_CLOSED,
            "subscription_cancel": _cancel("at_period_end"),
            "customer_update": _details("address", "name", "phone", "email"),
            "subscription_update": {
                "enabled": True,
                "default_allowed_updates": ["price"],
                "allow_downgrade": True,
            },
        },
    },
    "kartra": {
        "kind": "hosted",
        "sign_in": {"methods": ["order_number"], "direct_actions": ["order_number"], "identify_by": "email"},
        "scope": {"access_gate": "any_order"},
        "features": {
            **_CLOSED,
            "subscription_cancel": _cancel("at_period_end"),
            "refund_request": {"enabled": True, "execution": "automated"},
            "tickets": {"enabled": True},
        },
    },
    "billflow": {
        "kind": "widget",
        "sign_in": {
            "methods": ["hmac_v1", "email"],
            "direct_actions": ["hmac_v1"],
            "identify_by": "email",
            "require_hash": False,
        },
        "embed": {"events": True},
        "appearance": {"actions_layout": "buttons"},
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
        "kind": "hosted",
        "sign_in": {
            "methods": ["permanent_link"],
            "direct_actions": ["permanent_link"],
            "invitation_email": True,
        },
        "scope": {"access_gate": "active_subscription"},
        "features": {
            **_CLOSED,
            "subscription_cancel": _cancel("at_period_end"),
            "customer_update": _details("address", "name", "phone"),
        },
    },
}


def begins_as(preset: str | None, *, mode: str) -> dict[str, Any]:
    """What a configuration of this mode begins as; without preset: nothing in particular."""
    whole = dict(PRESETS[preset]) if preset else {}
    if mode != "test" and "sign_in" in whole:
        whole["sign_in"] = {name: value for name, value in whole["sign_in"].items() if name not in _TEST_ONLY}
    return whole
