"""HANDLERS: what portal does about what others say."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy.orm import Session

from services.portal.actions import delegates, projections
from services.portal.actions.operations import access, looking_on
from shared.bus.protocol import Drop, Handlers, Later
from shared.events import (
    AccessChanged,
    CreditNoteIssued,
    DelegateChanged,
    DelegateInvited,
    DelegateRevoked,
    Envelope,
    Event,
    InvoiceIssued,
    SessionRevoked,
    SessionStarted,
    VendorClosed,
    VendorEntitlementsChanged,
    VendorRegistered,
    VendorResumed,
    VendorSuspended,
    VendorUpdated,
)


def project_vendor(session: Session, event: VendorRegistered | VendorUpdated, *, envelope: Envelope) -> None:
    """Know the vendor; a new one gets its default portals."""
    projections.keep_vendor(session, event, at=envelope.time)


def project_entitlements(session: Session, event: VendorEntitlementsChanged, *, envelope: Envelope) -> None:
    """What portals may not use is refused when it is saved."""
    if not projections.keep_entitlements(session, event):
        raise Later(f"{event.vendor} is not known here yet")


def project_standing(
    session: Session, event: VendorSuspended | VendorResumed | VendorClosed, *, envelope: Envelope
) -> None:
    """What customers may do, and whether anything is charged, hangs on it."""
    if not projections.keep_standing(
        session, vendor=event.vendor, standing=_STANDINGS[type(event)], revision=event.revision
    ):
        raise Later(f"{event.vendor} is not known here yet")


def project_invoice(session: Session, event: InvoiceIssued, *, envelope: Envelope) -> None:
    """Show the invoice in its customer's history."""
    if not projections.keep_invoice(session, event):
        raise Drop(f"{event.invoice} is for a customer that is not here")


def project_credit_note(session: Session, event: CreditNoteIssued, *, envelope: Envelope) -> None:
    """Show the credit note beside its invoice."""
    if not projections.keep_credit_note(session, event):
        raise Drop(f"{event.credit_note} is for a customer that is not here")


def note_looking_on(session: Session, event: SessionStarted, *, envelope: Envelope) -> None:
    """Staff who look on as a customer stand in the customer's record; who is in for themselves does not."""
    if event.staff is not None:
        looking_on.note(
            session,
            customers=event.customers,
            staff=event.staff,
            reason=event.reason,
            viewing=event.session,
            now=envelope.time,
        )


def note_session_ended(session: Session, event: SessionRevoked, *, envelope: Envelope) -> None:
    """Whom the vendor threw out stands in the record; who left, or was replaced, does not."""
    if event.reason == access.BY_VENDOR:
        access.note_ended(
            session, ended=event.session, customers=event.customers, portal=event.portal, now=envelope.time
        )


def note_access(session: Session, event: AccessChanged, *, envelope: Envelope) -> None:
    """Who gave, changed or took access for the vendor stands in the record."""
    access.note(session, event, now=envelope.time)


def note_delegate(
    session: Session, event: DelegateInvited | DelegateChanged | DelegateRevoked, *, envelope: Envelope
) -> None:
    """Who acts for a customer has a name in the record, and that they may, or may no more, stands there too."""
    delegates.note(session, event, now=envelope.time)


_STANDINGS: Final[Mapping[type[Event], str]] = {
    VendorSuspended: "suspended",
    VendorResumed: "active",
    VendorClosed: "closed",
}
HANDLERS: Final[Handlers] = {
    VendorRegistered: (project_vendor,),
    VendorUpdated: (project_vendor,),
    VendorSuspended: (project_standing,),
    VendorResumed: (project_standing,),
    VendorClosed: (project_standing,),
    VendorEntitlementsChanged: (project_entitlements,),
    InvoiceIssued: (project_invoice,),
    CreditNoteIssued: (project_credit_note,),
    SessionStarted: (note_looking_on,),
    SessionRevoked: (note_session_ended,),
    AccessChanged: (note_access,),
    DelegateInvited: (note_delegate,),
    DelegateChanged: (note_delegate,),
    DelegateRevoked: (note_delegate,),
}
