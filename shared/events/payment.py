"""Payments, told by portal."""

from dataclasses import dataclass
from typing import Any

from shared.events.base import Event


@dataclass(frozen=True, kw_only=True)
class PaymentSucceeded(Event):
    """Money arrived. Carries all that an invoice prints, so nobody has to ask back.

    `lines` are `shared.totals.Line` as dicts; `net`, `tax` and `total` are what `shared.totals.calculate`
    made of them, in minor units. `buyer` holds `display_name`, `company`, `email`, `address` (list of
    lines), `country`, `tax_id`, each possibly null but `email`, and `po_number` where one was given. `historical`
    payments were made before Bursar knew them: they get an invoice and no mail. `method` says how it was paid, in
    words for the document, or null.
    """

    name = "payment.succeeded"
    version = 1

    payment: str
    customer: str
    subscription: str | None
    order_number: str
    currency: str
    tax_behavior: str
    lines: list[dict[str, Any]]
    net: int
    tax: int
    total: int
    paid_at: str
    historical: bool
    locale: str | None
    buyer: dict[str, Any]
    method: str | None


@dataclass(frozen=True, kw_only=True)
class PaymentFailed(Event):
    """A charge was declined. It is owed still, and tried again at `retry_at` (null: no more by itself).

    `reason` is the group a person is told of: `insufficient_funds`, `card_expired`, `wrong_details`,
    `international`, `authentication_failed`, `no_payment_method`, `processing_error` or
    `declined`. `attempt` counts from 1. `total` in minor units; `method` names the card in words, or null.
    """

    name = "payment.failed"
    version = 1

    payment: str
    customer: str
    subscription: str | None
    order_number: str
    description: str
    currency: str
    total: int
    reason: str
    attempt: int
    method: str | None
    failed_at: str
    retry_at: str | None
    locale: str | None


@dataclass(frozen=True, kw_only=True)
class PaymentActionRequired(Event):
    """The customer's bank asks them to confirm a charge; nothing is charged until they do, in the portal."""

    name = "payment.action_required"
    version = 1

    payment: str
    customer: str
    subscription: str | None
    order_number: str
    description: str
    currency: str
    total: int
    locale: str | None
