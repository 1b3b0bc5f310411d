"""Events and orders as the siblings send them, valid by default."""

from datetime import UTC, datetime, timedelta
from typing import Any

from shared import events

NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
VENDOR, CUSTOMER = "ven_larkfield", "cus_mira"


def sign_in_payload(now: datetime, **changes: Any) -> dict[str, Any]:
    return {
        "vendor": VENDOR,
        "mode": "test",
        "to": "Mira.Okafor@example.com",
        "locale": "en",
        "code": "482913",
        "link": "http://localhost:8080/p/larkfield/sign-in#t=a-very-secret-token",
        "brand": {"name": "Larkfield", "color": "#0b7a5b", "reply_to": "hello@larkfield.example"},
        "device": "Firefox on Linux",
        "requested_at": now.isoformat(),
        "expires_at": (now + timedelta(minutes=10)).isoformat(),
        **changes,
    }


def vendor(**changes: Any) -> events.VendorRegistered:
    profile = {
        "legal_name": "Larkfield GmbH",
        "address": ["Obstgasse 12", "20095 Hamburg"],
        "country": "DE",
        "tax_id": None,
        "email": "hello@larkfield.example",
        "website": None,
        "support_url": "https://larkfield.example/help",
        "brand_color": "#0b7a5b",
        "logo": None,
    }
    fields = {
        "slug": "larkfield",
        "display_name": "Larkfield",
        "profile": profile,
        "default_locale": "en",
        "revision": 1,
    }
    return events.VendorRegistered(vendor=VENDOR, **{**fields, **changes})  # type: ignore[arg-type]


def portal(**changes: Any) -> events.PortalConfigurationPublished:
    fields: dict[str, Any] = {
        "configuration": "pcfg_1",
        "slug": "larkfield-test",
        "active": True,
        "display_name": "Larkfield",
        "sign_in_methods": ["email"],
        "appearance": {},
        "languages": {},
        "links": {},
        "revision": 1,
    }
    return events.PortalConfigurationPublished(**{**fields, **changes})


def customer(**changes: Any) -> events.CustomerCreated:
    fields: dict[str, Any] = {
        "customer": CUSTOMER,
        "email": "Mira.Okafor@example.com",
        "display_name": "Mira Okafor",
        "reference": None,
        "locale": None,
        "revision": 1,
    }
    return events.CustomerCreated(**{**fields, **changes})


def invoice(**changes: Any) -> events.InvoiceIssued:
    fields: dict[str, Any] = {
        "invoice": "inv_1",
        "number": "LF-2026-0118",
        "order_number": "7KQ2M9XT4B",
        "customer": CUSTOMER,
        "subscription": None,
        "payment": "pay_1",
        "status": "paid",
        "currency": "EUR",
        "net": 5800,
        "tax": 0,
        "total": 5800,
        "description": "Team, November 2026",
        "issued_at": "2026-11-18T10:00:00+00:00",
        "paid_at": "2026-11-18T10:00:00+00:00",
        "historical": False,
        "locale": None,
    }
    return events.InvoiceIssued(**{**fields, **changes})


_SUBSCRIPTION = {"subscription": "sub_1", "customer": CUSTOMER, "plan": "plan_1", "plan_name": "Team"}


def canceled(**changes: Any) -> events.SubscriptionCanceled:
    fields: dict[str, Any] = {
        **_SUBSCRIPTION,
        "timing": "at_period_end",
        "canceled_at": "2026-11-22T14:30:00+00:00",
        "ends_at": "2026-12-18T10:00:00+00:00",
        "cancellation_details": {"feedback": None, "comment": None, "reason": "cancellation_requested"},
        "revision": 3,
    }
    return events.SubscriptionCanceled(**{**fields, **changes})


def uncanceled(**changes: Any) -> events.SubscriptionUncanceled:
    fields: dict[str, Any] = {**_SUBSCRIPTION, "renews_at": "2026-12-18T10:00:00+00:00", "revision": 4}
    return events.SubscriptionUncanceled(**{**fields, **changes})


def ended(**changes: Any) -> events.SubscriptionEnded:
    fields: dict[str, Any] = {**_SUBSCRIPTION, "ended_at": "2026-12-18T10:00:00+00:00", "revision": 5}
    return events.SubscriptionEnded(**{**fields, **changes})
