"""Payments, told by portal."""

from dataclasses import dataclass
from typing import Any

from shared.events.base import Event


@dataclass(frozen=True, kw_only=True)
class PaymentSucceeded(Event):
    """Money arrived. Carries all that an invoice prints, so nobody has to ask back.

    `lines` are `shared.totals.Line` as dicts; `net`, `tax` and `total` are what `shared.totals.calculate`
    made of them, in minor units. `buyer` holds `display_name`, `company`, `email`, `address` (list of
    lines), `country`, `tax_id`, each possibly null but `email`. `historical` payments were made before
    Bursar knew them: they get an invoice and no mail. `method` says how it was paid, in words for the
    document, or null.
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
