"""Invoices, told by the invoices service."""

from dataclasses import dataclass

from shared.events.base import Event


@dataclass(frozen=True, kw_only=True)
class InvoiceIssued(Event):
    """An invoice has its number and will never change. Amounts in minor units; `status` is `paid` or `open`.

    `paid_at` is when its payment was made, long before `issued_at` for a `historical` one; null while it is open.
    """

    name = "invoice.issued"
    version = 1

    invoice: str
    number: str
    order_number: str
    customer: str
    subscription: str | None
    payment: str | None
    status: str
    currency: str
    net: int
    tax: int
    total: int
    description: str
    issued_at: str
    paid_at: str | None
    historical: bool
    locale: str | None
