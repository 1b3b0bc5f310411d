"""What the invoices service does when others say something."""

from typing import Final

from sqlalchemy.orm import Session

from services.invoices.actions import credit_notes, invoices, retentions, sellers
from shared import clock
from shared.bus.protocol import Handlers, Later
from shared.events import (
    CustomerErased,
    Envelope,
    PaymentSucceeded,
    RefundSucceeded,
    VendorRegistered,
    VendorUpdated,
)


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
        now=clock.now(),
    )


def issue_invoice(session: Session, event: PaymentSucceeded, *, envelope: Envelope) -> None:
    """Every payment gets one invoice, dated when it is issued: a number is never given to the past.

    A vendor's test clock runs ahead of ours, and its invoices with it: then the event's time is the date.
    """
    try:
        invoices.issue(session, payment=event, now=max(clock.now(), envelope.time))
    except invoices.SellerUnknown as missing:
        raise Later from missing


def issue_credit_note(session: Session, event: RefundSucceeded, *, envelope: Envelope) -> None:
    """Every refund gets one credit note, dated as invoices are."""
    try:
        credit_notes.issue(session, refund=event, now=max(clock.now(), envelope.time))
    except credit_notes.InvoiceUnknown as missing:
        raise Later from missing


def keep_for_the_law(session: Session, event: CustomerErased, *, envelope: Envelope) -> None:
    """Invoices of somebody who was erased stay; each says why, and until when."""
    retentions.erase(session, customer=event.customer, now=envelope.time)


def keep_late_one(session: Session, event: PaymentSucceeded, *, envelope: Envelope) -> None:
    """So does one that is issued after the erase."""
    retentions.note_late(session, customer=event.customer, now=envelope.time)


HANDLERS: Final[Handlers] = {
    VendorRegistered: (project_seller,),
    VendorUpdated: (project_seller,),
    PaymentSucceeded: (issue_invoice, keep_late_one),
    RefundSucceeded: (issue_credit_note,),
    CustomerErased: (keep_for_the_law,),
}
