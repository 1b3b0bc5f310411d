"""Refunds, told by portal. Amounts in minor units, as positive numbers."""

from dataclasses import dataclass

from shared.events.base import Event


@dataclass(frozen=True, kw_only=True)
class RefundRequested(Event):
    """A refund was asked for; `ticket` names the ticket in which the vendor decides, null when it runs by itself."""

    name = "refund.requested"
    version = 1

    refund: str
    payment: str
    customer: str
    amount: int
    currency: str
    reason: str | None
    ticket: str | None
    locale: str | None


@dataclass(frozen=True, kw_only=True)
class RefundSucceeded(Event):
    """Money went back. `order_number` is the payment's; `refunded_at` when the processor took it."""

    name = "refund.succeeded"
    version = 1

    refund: str
    payment: str
    customer: str
    amount: int
    currency: str
    order_number: str
    refunded_at: str
    locale: str | None


@dataclass(frozen=True, kw_only=True)
class RefundFailed(Event):
    """A refund did not happen: the vendor declined it (`declined`) or the processor refused (`processor`)."""

    name = "refund.failed"
    version = 1

    refund: str
    payment: str
    customer: str
    amount: int
    currency: str
    order_number: str
    reason: str
    locale: str | None
