"""What a customer has running: the record that the API shows, and the card of a page."""

from services.portal.queries.subscriptions.cards import ActionState, SubscriptionCard, card, cards
from services.portal.queries.subscriptions.records import (
    NextChargeView,
    Numbered,
    ScheduledChangeView,
    SubscriptionView,
    customer_of,
    listing,
    record,
    records,
    view,
    with_po_numbers,
)

__all__ = [
    "ActionState",
    "NextChargeView",
    "Numbered",
    "ScheduledChangeView",
    "SubscriptionCard",
    "SubscriptionView",
    "card",
    "cards",
    "customer_of",
    "listing",
    "record",
    "records",
    "view",
    "with_po_numbers",
]
