"""What the invoices service does when others say something."""

from typing import Final

from sqlalchemy.orm import Session

from services.invoices.actions import invoices, sellers
from shared import clock
from shared.bus.protocol import Handlers, Later
from shared.events import Envelope, PaymentSucceeded, VendorRegistered, VendorUpdated


def project_seller(session: Session, event: VendorRegistered | VendorUpdated, *, envelope: Envelope) -> None:
    """Documents print the vendor as it is called at issue."""
    sellers.project(
        session,
        vendor=event.vendor,
        slug=event.slug,
        display_name=event.display_name,
        profile=event.profile,
        default_locale=event.default_locale,
        revision=event.revision,
    )


def issue_invoice(session: Session, event: PaymentSucceeded, *, envelope: Envelope) -> None:
    """Every payment gets one invoice, dated when it is issued: a number is never given to the past.

    A vendor's test clock runs ahead of ours, and its invoices with it: then the event's time is the date.
    """
    try:
        invoices.issue(session, payment=event, now=max(clock.now(), envelope.time))
    except invoices.SellerUnknown as missing:
        raise Later from missing


HANDLERS: Final[Handlers] = {
    VendorRegistered: (project_seller,),
    VendorUpdated: (project_seller,),
    PaymentSucceeded: (issue_invoice,),
}
