"""Drawing receipts. They show later refunds, so each is drawn as of now and kept by nobody."""

from dataclasses import dataclass

from services.invoices.actions import drawing
from services.invoices.adapters.typst import Typesetter
from services.invoices.queries import credit_notes, invoices, logos
from shared.database import Begin


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A PDF, in which language, and the order number it is named after."""

    content: bytes
    locale: str
    order_number: str


def of_invoice(begin: Begin, *, invoice_id: str, typesetter: Typesetter) -> Receipt:
    """The receipt of an invoice's payment, as of now. Raises NotFound, InvoiceNotPaid, CannotTypeset."""
    with begin() as session:
        view = invoices.invoice(session, invoice_id=invoice_id)
        mark = logos.mark(session, seller=view.final.seller)
        credited = credit_notes.of_invoice(session, invoice_id=invoice_id)
    content = drawing.receipt(
        view.final,
        [each.final for each in credited],
        mark=mark,
        is_test=view.mode == "test",
        typesetter=typesetter,
    )
    return Receipt(content=content, locale=view.final.locale, order_number=view.final.order_number)
