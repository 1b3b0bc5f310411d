"""The catalog of events: what may travel between services, one class each."""

from typing import Final

from shared.events.base import Actor, ActorKind, Envelope, Event, Mode
from shared.events.coupon import CouponApplied
from shared.events.customer import CustomerCreated, CustomerEmailChanged, CustomerUpdated
from shared.events.invoice import InvoiceIssued
from shared.events.payment import PaymentActionRequired, PaymentFailed, PaymentSucceeded
from shared.events.payment_method import (
    PaymentMethodAdded,
    PaymentMethodExpiring,
    PaymentMethodRemoved,
    PaymentMethodUpdated,
)
from shared.events.portal_configuration import PortalConfigurationPublished, PortalConfigurationPublishedV2
from shared.events.refund import RefundFailed, RefundRequested, RefundSucceeded
from shared.events.subscription import (
    SubscriptionCanceled,
    SubscriptionEnded,
    SubscriptionPastDue,
    SubscriptionPaused,
    SubscriptionPlanChanged,
    SubscriptionQuantityChanged,
    SubscriptionRecovered,
    SubscriptionRenewed,
    SubscriptionResumed,
    SubscriptionResuming,
    SubscriptionStarted,
    SubscriptionTrialEnding,
    SubscriptionUncanceled,
)
from shared.events.ticket import TicketAnswered, TicketOpened, TicketResolved
from shared.events.vendor import VendorRegistered, VendorUpdated

CATALOGUE: Final[tuple[type[Event], ...]] = (
    VendorRegistered,
    VendorUpdated,
    CustomerCreated,
    CustomerUpdated,
    CustomerEmailChanged,
    SubscriptionStarted,
    SubscriptionTrialEnding,
    SubscriptionRenewed,
    SubscriptionPastDue,
    SubscriptionRecovered,
    SubscriptionPlanChanged,
    SubscriptionQuantityChanged,
    SubscriptionPaused,
    SubscriptionResuming,
    SubscriptionResumed,
    SubscriptionCanceled,
    SubscriptionUncanceled,
    SubscriptionEnded,
    CouponApplied,
    PaymentSucceeded,
    PaymentFailed,
    PaymentActionRequired,
    PaymentMethodAdded,
    PaymentMethodUpdated,
    PaymentMethodRemoved,
    PaymentMethodExpiring,
    RefundRequested,
    RefundSucceeded,
    RefundFailed,
    TicketOpened,
    TicketAnswered,
    TicketResolved,
    InvoiceIssued,
    PortalConfigurationPublished,
    PortalConfigurationPublishedV2,
)
BY_KEY: Final[dict[str, type[Event]]] = {event.key(): event for event in CATALOGUE}

__all__ = [
    "BY_KEY",
    "CATALOGUE",
    "Actor",
    "ActorKind",
    "CouponApplied",
    "CustomerCreated",
    "CustomerEmailChanged",
    "CustomerUpdated",
    "Envelope",
    "Event",
    "InvoiceIssued",
    "Mode",
    "PaymentActionRequired",
    "PaymentFailed",
    "PaymentMethodAdded",
    "PaymentMethodExpiring",
    "PaymentMethodRemoved",
    "PaymentMethodUpdated",
    "PaymentSucceeded",
    "PortalConfigurationPublished",
    "PortalConfigurationPublishedV2",
    "RefundFailed",
    "RefundRequested",
    "RefundSucceeded",
    "SubscriptionCanceled",
    "SubscriptionEnded",
    "SubscriptionPastDue",
    "SubscriptionPaused",
    "SubscriptionPlanChanged",
    "SubscriptionQuantityChanged",
    "SubscriptionRecovered",
    "SubscriptionRenewed",
    "SubscriptionResumed",
    "SubscriptionResuming",
    "SubscriptionStarted",
    "SubscriptionTrialEnding",
    "SubscriptionUncanceled",
    "TicketAnswered",
    "TicketOpened",
    "TicketResolved",
    "VendorRegistered",
    "VendorUpdated",
]
