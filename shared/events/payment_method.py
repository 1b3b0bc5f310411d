"""Payment methods, told by portal: what a customer knows a card by, never a number."""

from dataclasses import dataclass

from shared.events.base import Event


@dataclass(frozen=True, kw_only=True)
class PaymentMethodAdded(Event):
    """A card was added. `last4` are its last four digits, `exp_month` and `exp_year` its last month."""

    name = "payment_method.added"
    version = 1

    payment_method: str
    customer: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int
    is_default: bool
    revision: int


@dataclass(frozen=True, kw_only=True)
class PaymentMethodUpdated(Event):
    """A card became, or is no longer, the customer's default. `revision` grows; keep the largest."""

    name = "payment_method.updated"
    version = 1

    payment_method: str
    customer: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int
    is_default: bool
    revision: int


@dataclass(frozen=True, kw_only=True)
class PaymentMethodRemoved(Event):
    """A card was removed; nothing will be charged to it."""

    name = "payment_method.removed"
    version = 1

    payment_method: str
    customer: str
    brand: str
    last4: str
    revision: int


@dataclass(frozen=True, kw_only=True)
class PaymentMethodExpiring(Event):
    """A card that is needed expires in `days` days and has not been replaced."""

    name = "payment_method.expiring"
    version = 1

    payment_method: str
    customer: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int
    days: int
