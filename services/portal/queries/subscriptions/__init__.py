"""What a customer has running: the record that the API shows, and the card of a page."""

from services.portal.queries.subscriptions.cards import ActionState, SubscriptionCard, card, cards
from services.portal.queries.subscriptions.records import (
    NextChargeView,
    ScheduledChangeView,
    SubscriptionView,
    listing,
    record,
    records,
    view,
)

__all__ = [
    "ActionState",
    "NextChargeView",
    "ScheduledChangeView",
    "SubscriptionCard",
    "SubscriptionView",
    "card",
    "cards",
    "listing",
    "record",
    "records",
    "view",
]
