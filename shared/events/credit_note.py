"""Credit notes, told by the invoices service."""

from dataclasses import dataclass

from shared.events.base import Event


@dataclass(frozen=True, kw_only=True)
class CreditNoteIssued(Event):
    """A refund has its credit note, which will never change. Amounts in minor units, as positive numbers.

    `invoice` is the one that is credited, `invoice_number` what it prints; `order_number` and `payment` are those of
    the invoice. `refunded_at` is when the processor took the money back. `historical` where the invoice is.
    """

    name = "credit_note.issued"
    version = 1

    credit_note: str
    number: str
    invoice: str
    invoice_number: str
    order_number: str
    customer: str
    subscription: str | None
    payment: str
    refund: str
    currency: str
    net: int
    tax: int
    total: int
    issued_at: str
    refunded_at: str
    historical: bool
    locale: str | None
