"""A made-up matter for each kind of mail, to show what mails look like. Codes and links in it open nothing."""

from collections.abc import Mapping
from typing import Any, Final

from services.notifications.rules.messages import Kind

_EARLIER, _LATER, _MUCH_LATER = "2026-11-18T10:00:00+00:00", "2026-12-18T10:00:00+00:00", "2036-12-31T00:00:00+00:00"
_PLAN: Final = {"plan_name": "Team", "subscription": "sub_1"}
_PRICE: Final = {"total": 5800, "currency": "EUR"}
_OWED: Final = {**_PRICE, "payment": "pay_1", "order_number": "7KQ2M9XT4B", "description": "Team, November 2026"}
_REFUND: Final = {"amount": 2900, "currency": "EUR", "order_number": "7KQ2M9XT4B"}
_PAUSE: Final = {**_PLAN, "scheduled": False, "paused_at": _EARLIER, "resumes_at": _LATER}
_TICKET: Final = {
    "ticket": "tkt_1",
    "subject_line": "Invoice of November",
    "message": ["Thank you for asking."],
}
_TO_HELPDESK: Final = {
    **_TICKET,
    "name": None,
    "customer_name": "Mira Okafor",
    "customer_email": "mira@example.com",
    "reply_to": "mira@example.com",
}
_SECRET: Final = {"code": "000000", "device": "Firefox on Linux", "requested_at": _EARLIER, "minutes": 10}
_INVITED: Final = {"customer_name": "Mira Okafor", "role": "accountant"}
_PLAN_CHANGE: Final = {
    **_PLAN,
    "previous_plan_name": "Starter",
    "quantity": 2,
    "unit_amount": 2900,
    "currency": "EUR",
    "interval": "month",
    "interval_count": 1,
    "scheduled": False,
    "takes_effect_at": _EARLIER,
}
_QUANTITY_CHANGE: Final = {
    **_PLAN,
    "previous_quantity": 3,
    "quantity": 5,
    "scheduled": False,
    "takes_effect_at": _EARLIER,
}
_ENDPOINT: Final = {"endpoint": "we_1", "url": "https://shop.example/hooks", "server": "shop.example"}
_COPY: Final = {**_INVITED, **_OWED, "kind": "invoice", "number": "2026-000118", "issued_at": _EARLIER}

FACTS: Final[Mapping[Kind, Mapping[str, Any]]] = {
    Kind.SIGN_IN: _SECRET,
    Kind.SIGN_IN_CODE: _SECRET,
    Kind.NEW_EMAIL: _SECRET,
    Kind.SUBSCRIBER_LINK: {},
    Kind.CUSTOMER_INVITATION: {},
    Kind.STAFF_INVITATION: {"inviter": "Ada Lovelace", "role": "support"},
    Kind.DIRECT_ACTIONS_ON: {"by": "Ada Lovelace", "portal": "Widget", "ways": "hmac_v1,order_number"},
    Kind.SIGN_IN_NOTICE: {**_SECRET, "reason": "new_device"},
    Kind.EMAIL_CHANGED: {"new_email": "mi•••@example.com"},
    Kind.CUSTOMER_ERASED: {"kept_until": _MUCH_LATER},
    Kind.EXPORT_READY: {"expires_at": _LATER},
    Kind.DELEGATE_INVITED: _INVITED,
    Kind.DIRECT_ACTION: {"action": "cancel", "way_in": "order_number"},
    Kind.RECIPIENT_INVITED: _INVITED,
    Kind.DOCUMENT_COPY: _COPY,
    Kind.RECEIPT: {**_OWED, "number": "2026-000118", "issued_at": _EARLIER},
    Kind.PAYMENT_FAILED: {
        **_OWED,
        "reason": "insufficient_funds",
        "method": "Visa •••• 4242",
        "failed_at": _EARLIER,
        "retry_at": _LATER,
    },
    Kind.PAYMENT_ACTION_REQUIRED: _OWED,
    Kind.CARD_ADDED: {"last4": "4242"},
    Kind.CARD_REMOVED: {"last4": "4242"},
    Kind.CARD_EXPIRING: {"last4": "4242", "expires": "11/2026"},
    Kind.TRIAL_ENDING: {**_PLAN, **_PRICE, "trial_end": _LATER, "has_payment_method": True},
    Kind.RECOVERED: _PLAN,
    Kind.PLAN_CHANGED: _PLAN_CHANGE,
    Kind.QUANTITY_CHANGED: _QUANTITY_CHANGE,
    Kind.PAUSED: _PAUSE,
    Kind.RESUMING: {**_PLAN, **_PRICE, "resumes_at": _LATER},
    Kind.RESUMED: {**_PLAN, "resumed_at": _EARLIER, "withdrawn": False, "period_end": _LATER},
    Kind.CANCELLATION: {**_PLAN, "canceled_at": _EARLIER, "ends_at": _LATER},
    Kind.UNCANCELLATION: {**_PLAN, "renews_at": _LATER},
    Kind.ENDED: {**_PLAN, "ended_at": _LATER},
    Kind.REFUND_REQUESTED: {**_REFUND, "ticket": "tkt_1"},
    Kind.REFUND_SUCCEEDED: {**_REFUND, "refunded_at": _EARLIER},
    Kind.REFUND_FAILED: _REFUND,
    Kind.TICKET_OPENED: _TICKET,
    Kind.TICKET_ANSWERED: _TICKET,
    Kind.TICKET_RESOLVED: {**_TICKET, "resolution": "approved"},
    Kind.TICKET_INTAKE: _TO_HELPDESK,
    Kind.TICKET_INTAKE_ANSWER: _TO_HELPDESK,
    Kind.TICKET_REMINDER: _TO_HELPDESK,
    Kind.WEBHOOK_DISABLED: {**_ENDPOINT, "reason": "failing", "since": _EARLIER, "console": "https://billing.example"},
}


def facts_of(kind: Kind, *, home: str, host: str, is_test: bool) -> dict[str, Any]:
    """All that the templates of this mail ask for."""
    around = {"name": "Mira", "host": host, "home": home, "portal_url": home, "link": home, "is_test": is_test}
    return {**around, **FACTS[kind]}
