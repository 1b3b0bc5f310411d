"""PERSONAL: which fields of events hold something of a person. PLAIN: all the others, by name.

Once a customer is erased, events with such fields are no longer taken, and what is left of those that were published
is masked. A field in neither table fails a test.
"""

from collections.abc import Mapping
from typing import Any, Final

from shared.events import (
    CustomerCreated,
    CustomerEmailChanged,
    CustomerUpdated,
    DelegateInvited,
    Event,
    PaymentSucceeded,
    RecipientChanged,
    RecipientInvited,
    SessionStarted,
    SubscriptionCanceled,
    TicketAnswered,
    TicketOpened,
    TicketResolved,
)

PERSONAL: Final[Mapping[type[Event], Mapping[str, Any]]] = {
    CustomerCreated: {"email": "", "display_name": None, "reference": None, "locale": None},
    CustomerUpdated: {"email": "", "display_name": None, "reference": None, "locale": None},
    CustomerEmailChanged: {"email": "", "previous_email": "", "display_name": None, "reference": None, "locale": None},
    DelegateInvited: {"email": "", "display_name": None},
    PaymentSucceeded: {"buyer": {}, "method": None},
    RecipientInvited: {"email": ""},
    RecipientChanged: {"email": ""},
    SessionStarted: {"reason": None},
    SubscriptionCanceled: {"cancellation_details": {}},
    TicketOpened: {"subject": "", "message": ""},
    TicketAnswered: {"subject": "", "message": ""},
    TicketResolved: {"subject": "", "message": None},
}
"""Event to the fields that are masked, with what they become."""

STILL_TAKEN: Final = frozenset({PaymentSucceeded})
"""What was paid gets its invoice, whoever was erased meanwhile: tax law asks for it."""

PLAIN: Final = frozenset(
    """
    action active addon addon_name after amount amount_off appearance ask assurance attempt author before brand
    by_customer canceled_at closed_at code configuration coupon credit_note currency current_period_end
    current_period_start customer customers days default_locale default_return_url delegate deleted_at description
    disabled_at display_name documents domain embed ended_at endpoint ends_at erased_at exp_month exp_year expires_at
    export failed_at failing_since has_payment_method helpdesk historical imported intake interval interval_count
    invoice invoice_number is_default issued_at kept_until kind languages last4 lines links locale method net number
    object order_number paid_at paused_at payment payment_method percent_off period_end period_start periods plan
    plan_name portal portal_url previous_plan previous_plan_name previous_quantity product profile quantity reason
    recipient refund refunded_at remaining renews_at resolution resumed_at resumes_at retry_at revision role scheduled
    session sign_in sign_in_methods slug staff status subscription suspended_at takes_effect_at tax tax_behavior ticket
    timing total trial_end unit_amount url vendor way_in withdrawn withheld
    """.split()
)


def customers_of(event: Event) -> tuple[str, ...]:
    """Whom an event is about."""
    one, many = getattr(event, "customer", None), getattr(event, "customers", None)
    return (one,) if isinstance(one, str) else tuple(many or ())
