"""The catalog of events: what may travel between services, one class each."""

from typing import Final

from shared.events.base import Actor, ActorKind, Envelope, Event, Mode
from shared.events.customer import CustomerCreated, CustomerEmailChanged, CustomerUpdated
from shared.events.invoice import InvoiceIssued
from shared.events.payment import PaymentSucceeded
from shared.events.portal_configuration import PortalConfigurationPublished
from shared.events.subscription import (
    SubscriptionCanceled,
    SubscriptionEnded,
    SubscriptionStarted,
    SubscriptionUncanceled,
)
from shared.events.vendor import VendorRegistered, VendorUpdated

CATALOGUE: Final[tuple[type[Event], ...]] = (
    VendorRegistered,
    VendorUpdated,
    CustomerCreated,
    CustomerUpdated,
    CustomerEmailChanged,
    SubscriptionStarted,
    SubscriptionCanceled,
    SubscriptionUncanceled,
    SubscriptionEnded,
    PaymentSucceeded,
    InvoiceIssued,
    PortalConfigurationPublished,
)
BY_KEY: Final[dict[str, type[Event]]] = {event.key(): event for event in CATALOGUE}

__all__ = [
    "BY_KEY",
    "CATALOGUE",
    "Actor",
    "ActorKind",
    "CustomerCreated",
    "CustomerEmailChanged",
    "CustomerUpdated",
    "Envelope",
    "Event",
    "InvoiceIssued",
    "Mode",
    "PaymentSucceeded",
    "PortalConfigurationPublished",
    "SubscriptionCanceled",
    "SubscriptionEnded",
    "SubscriptionStarted",
    "SubscriptionUncanceled",
    "VendorRegistered",
    "VendorUpdated",
]
