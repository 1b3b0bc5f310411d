"""HANDLERS: what portal does about what others say."""

from typing import Final

from sqlalchemy.orm import Session

from services.portal.actions import projections
from shared.bus.protocol import Drop, Handlers
from shared.events import Envelope, InvoiceIssued, VendorRegistered, VendorUpdated


def project_vendor(session: Session, event: VendorRegistered | VendorUpdated, *, envelope: Envelope) -> None:
    """Know the vendor; a new one gets its default portals."""
    projections.keep_vendor(session, event, at=envelope.time)


def project_invoice(session: Session, event: InvoiceIssued, *, envelope: Envelope) -> None:
    """Show the invoice in its customer's history."""
    if not projections.keep_invoice(session, event):
        raise Drop(f"{event.invoice} is for a customer that is not here")


HANDLERS: Final[Handlers] = {
    VendorRegistered: (project_vendor,),
    VendorUpdated: (project_vendor,),
    InvoiceIssued: (project_invoice,),
}
