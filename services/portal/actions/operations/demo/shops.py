"""SHOPS: what Heliodor and Nocturna sell, and how their portals look."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions import coupons, plan_groups, portals, products
from services.portal.actions.support import helpdesks, saved_replies
from services.portal.models import PortalConfiguration
from shared.money import Money


@dataclass(frozen=True, kw_only=True)
class Shop:
    """A vendor of the demo: `plans` by the name that stories use, each with product, name, price and interval.
    `features` are what plans include, by the same name.
    """

    currency: str
    products: Mapping[str, Mapping[str, Any]]
    plans: Mapping[str, tuple[str, str, int, str]]
    features: Mapping[str, tuple[str, ...]]
    portal: Mapping[str, Any]
    refunds_by_hand: bool = False


_STYLE: Final = """
.card { border-radius: 18px; }
.card-title { letter-spacing: .01em; }
h1 { font-style: italic; }
"""
_SEATS: Final = {"enabled": True, "minimum": 1, "maximum": 50}
_REPLIES: Final = {
    "Where invoices are": "Hello {customer},\n\nevery invoice is in your portal, under Invoices.\n\n{vendor}",
    "We look into it": "Hello {customer},\n\nthank you for writing. You hear from us within a day.\n\n{vendor}",
}
_LINKS: Final = ("privacy", "terms", "support", "return")

SHOPS: Final[Mapping[str, Shop]] = {
    "heliodor": Shop(
        currency="EUR",
        products={
            "main": {
                "name": "Heliodor Membership",
                "description": "Classes in every studio, morning to evening.",
                "tax_rate": 1900,
                "tax_behavior": "inclusive",
                "unit_label": "person",
                "unit_label_plural": "people",
                "adjustable_quantity": _SEATS,
            },
            "extra": {
                "name": "Online Classes",
                "description": "Two hundred recorded hours.",
                "tax_rate": 1900,
                "tax_behavior": "inclusive",
            },
        },
        plans={
            "small": ("main", "Morning", 2900, "month"),
            "middle": ("main", "Unlimited", 5900, "month"),
            "yearly": ("main", "Unlimited, yearly", 59000, "year"),
            "trial": ("main", "Starter", 1900, "month"),
            "extra": ("extra", "Online", 990, "month"),
        },
        features={
            "small": ("Classes before noon", "Towel and locker"),
            "middle": ("Classes all day", "Every studio", "Towel and locker", "Bring a friend once a month"),
            "yearly": (
                "Classes all day",
                "Every studio",
                "Towel and locker",
                "Bring a friend once a month",
                "Two months free",
            ),
            "trial": ("One class a week",),
            "extra": ("200 recorded hours", "Watch on any device"),
        },
        portal={
            "appearance": {
                "brand_color": "#b4532a",
                "background_color": "#fbf6ef",
                "font": "source-serif-4",
                "headline": "Your membership",
                "description": "Plans, payments and invoices, in one calm place.",
                "translations": {
                    "de": {
                        "headline": "Deine Mitgliedschaft",
                        "description": "Tarif, Zahlungen und Rechnungen an einem ruhigen Ort.",
                    },
                    "ar": {
                        "headline": "عضويتك",
                        "description": "الخطط والمدفوعات والفواتير في مكان واحد هادئ.",
                    },
                },
                "theme": "light",
                "custom_css": _STYLE,
            },
            "languages": {"default": "de"},
            "default_return_url": "https://heliodor.example/",
            "links": {each: f"https://heliodor.example/{each}" for each in _LINKS},
        },
    ),
    "nocturna": Shop(
        currency="USD",
        products={
            "main": {
                "name": "Nocturna Monitor",
                "description": "Watches your servers while you sleep.",
                "unit_label": "host",
                "unit_label_plural": "hosts",
                "adjustable_quantity": _SEATS,
            },
            "extra": {"name": "Log Archive", "description": "Every line, for ten years."},
        },
        plans={
            "small": ("main", "Hobby", 900, "month"),
            "middle": ("main", "Pro", 2400, "month"),
            "yearly": ("main", "Pro, yearly", 24000, "year"),
            "trial": ("main", "Starter", 500, "month"),
            "extra": ("extra", "Archive", 1200, "month"),
        },
        features={
            "small": ("Checks every 5 minutes", "Alerts by e-mail"),
            "middle": ("Checks every 30 seconds", "Alerts by e-mail", "Alerts by phone", "90 days of history"),
            "yearly": (
                "Checks every 30 seconds",
                "Alerts by e-mail",
                "Alerts by phone",
                "90 days of history",
                "Your own status page",
            ),
            "trial": ("Checks every 15 minutes", "Alerts by e-mail"),
            "extra": ("Ten years of logs", "Search in seconds"),
        },
        portal={
            "appearance": {
                "brand_color": "#7c5cff",
                "background_color": "#0e1020",
                "font": "figtree",
                "headline": "Billing, after dark",
                "theme": "dark",
                "actions_layout": "dropdown",
                "powered_by": True,
            },
            "languages": {"default": "es"},
            "default_return_url": "https://nocturna.example/",
            "links": {each: f"https://nocturna.example/{each}" for each in _LINKS},
        },
        refunds_by_hand=True,
    ),
}


def furnish(session: Session, shop: Shop, *, now: datetime) -> dict[str, str]:
    """Make what is sold, and the portal. The plans' ids, by the name that stories use."""
    group = plan_groups.create(session, name="Plans", now=now).id
    made = {name: products.create_product(session, now=now, **facts).id for name, facts in shop.products.items()}
    session.flush()
    plans = {
        word: products.create_plan(
            session,
            product=made[of],
            name=name,
            price=Money(cents, shop.currency),
            interval=interval,
            plan_group=group if of == "main" else None,
            trial_days=14 if word == "trial" else 0,
            features=shop.features[word],
            now=now,
        ).id
        for word, (of, name, cents, interval) in shop.plans.items()
    }
    session.flush()
    welcome = coupons.create(
        session, code="WELCOME25", name="25 % off", percent_off=2500, duration="repeating", periods=6, now=now
    )
    stay = coupons.create(session, code="STAY20", name="20 % off", percent_off=2000, duration="once", now=now)
    departments = ("Billing", "Everything else")
    desk = helpdesks.create(session, name="Support", departments=departments, answer_hours=24, now=now)
    for name, text in _REPLIES.items():
        saved_replies.create(session, name=name, text=text, now=now)
    session.flush()
    assert welcome.id != stay.id
    _open_portal(session, shop, offers={"coupon": stay.id, "plan": plans["small"]}, desk=desk.id, now=now)
    return plans


def _open_portal(session: Session, shop: Shop, *, offers: Mapping[str, str], desk: str, now: datetime) -> None:
    portal = session.scalars(select(PortalConfiguration.id).where(PortalConfiguration.is_default)).one()
    values = {**shop.portal, "features": _features(shop, offers, desk)}
    portals.update(session, configuration_id=portal, values=values, now=now)


def _features(shop: Shop, offers: Mapping[str, str], desk: str) -> dict[str, Any]:
    refund = {"execution": "manual", "helpdesk": desk} if shop.refunds_by_hand else {"refund_window_days": 30}
    lengths = [{"interval": "month", "interval_count": count} for count in (1, 2, 3)]
    return {
        "subscription_cancel": {
            "mode": "customer_choice",
            "offers": [
                {"reasons": ["too_expensive"], "kind": "coupon", "coupon": offers["coupon"]},
                {"reasons": ["unused"], "kind": "pause"},
                {"reasons": ["too_complex"], "kind": "plan", "plan": offers["plan"]},
                {"reasons": ["customer_service"], "kind": "contact"},
            ],
        },
        "subscription_pause": {"enabled": True, "duration": {"interval_options": lengths}},
        "subscription_update": {
            "enabled": True,
            "default_allowed_updates": ["price", "promotion_code", "quantity"],
            "show_plan_picker": True,
        },
        "subscription_resubscribe": {"enabled": True, "allow_plan_change": True, "allow_coupon": True},
        "refund_request": {"enabled": True, **refund},
        "tickets": {"enabled": True, "helpdesk": desk},
        "customer_update": {"enabled": True, "allowed_updates": ["address", "email", "name", "phone", "tax_id"]},
    }
