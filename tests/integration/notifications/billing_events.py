"""Events of the billing engine as portal sends them, valid by default, of Mira's subscription to Team."""

from typing import Any

from shared import events
from shared.events import Event
from tests.integration.notifications.builders import CUSTOMER

FAILED_AT, RETRY_AT = "2026-11-18T10:00:00+00:00", "2026-11-22T10:00:00+00:00"
PERIOD_END = "2026-12-18T10:00:00+00:00"

_SUBSCRIPTION = {"subscription": "sub_1", "customer": CUSTOMER, "plan": "plan_1", "plan_name": "Team", "revision": 3}
_MONEY = {"total": 5800, "currency": "EUR"}
_OWED = {
    "payment": "pay_1",
    "customer": CUSTOMER,
    "subscription": "sub_1",
    "order_number": "7KQ2M9XT4B",
    "description": "Team, monthly",
    **_MONEY,
    "locale": None,
}
_FAILED = {
    "reason": "insufficient_funds",
    "attempt": 1,
    "method": "Visa **** 4242",
    "failed_at": FAILED_AT,
    "retry_at": RETRY_AT,
}
_CARD = {"payment_method": "pm_1", "customer": CUSTOMER, "brand": "visa", "last4": "4242"}
_EXPIRY = {"exp_month": 11, "exp_year": 2026}
_REFUND = {
    "refund": "re_1",
    "payment": "pay_1",
    "customer": CUSTOMER,
    "amount": 2900,
    "currency": "EUR",
    "locale": None,
}
_TICKET = {
    "ticket": "tkt_1",
    "customer": CUSTOMER,
    "helpdesk": "hd_1",
    "kind": "cancel",
    "subject": "Cancel Team",
    "locale": None,
}
_CHANGE = {"scheduled": False, "takes_effect_at": FAILED_AT}

FIELDS: dict[type[Event], dict[str, Any]] = {
    events.PaymentFailed: {**_OWED, **_FAILED},
    events.PaymentActionRequired: _OWED,
    events.PaymentMethodAdded: {**_CARD, **_EXPIRY, "is_default": True, "revision": 1},
    events.PaymentMethodUpdated: {**_CARD, **_EXPIRY, "is_default": True, "revision": 2},
    events.PaymentMethodRemoved: {**_CARD, "revision": 3},
    events.PaymentMethodExpiring: {**_CARD, **_EXPIRY, "days": 7},
    events.CouponApplied: {
        "coupon": "cpn_1",
        "code": "SPRING",
        "subscription": "sub_1",
        "customer": CUSTOMER,
        "percent_off": 1000,
        "amount_off": None,
        "currency": None,
        "periods": 3,
    },
    events.SubscriptionTrialEnding: {
        **_SUBSCRIPTION,
        **_MONEY,
        "trial_end": PERIOD_END,
        "has_payment_method": False,
    },
    events.SubscriptionRenewed: {
        **_SUBSCRIPTION,
        **_MONEY,
        "period_start": FAILED_AT,
        "period_end": PERIOD_END,
        "payment": "pay_1",
    },
    events.SubscriptionPastDue: {**_SUBSCRIPTION, **_MONEY, "payment": "pay_1"},
    events.SubscriptionRecovered: {**_SUBSCRIPTION, "payment": "pay_1"},
    events.SubscriptionPlanChanged: {
        **_SUBSCRIPTION,
        **_CHANGE,
        "previous_plan": "plan_0",
        "previous_plan_name": "Starter",
        "quantity": 2,
        "unit_amount": 2437,
        "currency": "EUR",
        "interval": "month",
        "interval_count": 1,
    },
    events.SubscriptionQuantityChanged: {**_SUBSCRIPTION, **_CHANGE, "previous_quantity": 3, "quantity": 5},
    events.SubscriptionPaused: {**_SUBSCRIPTION, "scheduled": True, "paused_at": PERIOD_END, "resumes_at": None},
    events.SubscriptionResuming: {**_SUBSCRIPTION, **_MONEY, "resumes_at": PERIOD_END},
    events.SubscriptionResumed: {
        **_SUBSCRIPTION,
        "resumed_at": FAILED_AT,
        "withdrawn": False,
        "period_end": PERIOD_END,
    },
    events.RefundRequested: {**_REFUND, "reason": None, "ticket": "tkt_1"},
    events.CreditNoteIssued: {
        "credit_note": "cn_1",
        "number": "CN-3",
        "invoice": "inv_1",
        "invoice_number": "118",
        "order_number": "7KQ2M9XT4B",
        "customer": CUSTOMER,
        "subscription": None,
        "payment": "pay_1",
        "refund": "re_1",
        "currency": "EUR",
        "net": 2437,
        "tax": 463,
        "total": 2900,
        "issued_at": FAILED_AT,
        "refunded_at": FAILED_AT,
        "historical": False,
        "locale": None,
    },
    events.RefundFailed: {**_REFUND, "order_number": "7KQ2M9XT4B", "reason": "processor"},
    events.TicketOpened: {
        **_TICKET,
        "intake": None,
        "subscription": "sub_1",
        "payment": None,
        "message": "I do not need it any more.\nThank you\u202e!",
    },
    events.TicketAnswered: {**_TICKET, "author": "staff", "message": "Are you sure?", "number": 2},
    events.TicketResolved: {**_TICKET, "resolution": "approved", "message": None},
}


def of(event: type[Event], **changes: Any) -> Event:
    """That event, with these fields changed."""
    return event(**{**FIELDS[event], **changes})
