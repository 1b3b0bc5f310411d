"""Invoices, told by the invoices service."""

from dataclasses import dataclass

from shared.events.base import Event


@dataclass(frozen=True, kw_only=True)
class InvoiceIssued(Event):
    """An invoice has its number and will never change. Amounts in minor units; `status` is `paid` or `open`."""

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
    historical: bool
    locale: str | None
