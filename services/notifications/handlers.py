"""What notifications does when something happened elsewhere. The tables are at the foot.

Every event of the catalog is heard here, and kept for the vendor to look up; those that bring no mail stand with `()`
and the reason.
"""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, Final

from services.notifications.actions import erasing, keeping, projections
from services.notifications.actions.telling import (
    access,
    direct_actions,
    payments,
    recipients,
    subscriptions,
    tickets,
    webhooks,
)
from shared import clock
from shared.bus.protocol import Handler, Handlers
from shared.database import Session
from shared.events import (
    CouponApplied,
    CreditNoteIssued,
    CustomerCreated,
    CustomerEmailChanged,
    CustomerErased,
    CustomerExportReady,
    CustomerUpdated,
    DelegateChanged,
    DelegateInvited,
    DelegateRevoked,
    DirectActionTaken,
    Envelope,
    Event,
    InvoiceIssued,
    PaymentActionRequired,
    PaymentFailed,
    PaymentMethodAdded,
    PaymentMethodExpiring,
    PaymentMethodRemoved,
    PaymentMethodUpdated,
    PortalConfigurationPublished,
    PortalConfigurationPublishedV3,
    RecipientChanged,
    RecipientInvited,
    RefundFailed,
    RefundRequested,
    RefundSucceeded,
    SessionRevoked,
    SessionStarted,
    SubscriptionAddonsChanged,
    SubscriptionCanceled,
    SubscriptionDeleted,
    SubscriptionEnded,
    SubscriptionPastDue,
    SubscriptionPaused,
    SubscriptionPlanChanged,
    SubscriptionQuantityChanged,
    SubscriptionRecovered,
    SubscriptionRenewed,
    SubscriptionResumed,
    SubscriptionResuming,
    SubscriptionStarted,
    SubscriptionTrialEnding,
    SubscriptionUncanceled,
    TicketAnswered,
    TicketOpened,
    TicketResolved,
    VendorRegistered,
    VendorUpdated,
    WebhookEndpointDisabled,
)


def project_sender(session: Session, event: VendorRegistered | VendorUpdated, *, envelope: Envelope) -> None:
    """Mails are written in this vendor's name."""
    projections.project_sender(
        session,
        vendor=event.vendor,
        display_name=event.display_name,
        profile=event.profile,
        default_locale=event.default_locale,
        revision=event.revision,
    )


def project_recipient(
    session: Session, event: CustomerCreated | CustomerUpdated | CustomerEmailChanged, *, envelope: Envelope
) -> None:
    """Mails reach this customer there, in that language."""
    projections.project_recipient(
        session,
        customer=event.customer,
        email=event.email,
        display_name=event.display_name,
        locale=event.locale,
        revision=event.revision,
    )


def project_portal(
    session: Session, event: PortalConfigurationPublished | PortalConfigurationPublishedV3, *, envelope: Envelope
) -> None:
    """Links in mails lead there, and mails come in its name."""
    told: dict[str, Any] = {"slug": event.slug, "active": event.active, "logo": event.appearance.get("logo")}
    if isinstance(event, PortalConfigurationPublishedV3):
        at = event.domain or {}
        told |= {"is_default": event.is_default, "host": at.get("host"), "path": at.get("path")}
        told |= {"sender_name": event.sign_in.get("sender_name"), "reply_to": event.sign_in.get("reply_to")}
        told |= {"privacy_url": event.links.get("privacy"), "terms_url": event.links.get("terms")}
    projections.project_portal(session, configuration=event.configuration, revision=event.revision, **told)


def tell_former_address(session: Session, event: CustomerEmailChanged, *, envelope: Envelope) -> None:
    """Whoever reads mail there learns that it was replaced."""
    access.email_changed(session, event, key=envelope.id, now=clock.now())


def erase_customer(session: Session, event: CustomerErased, *, envelope: Envelope) -> None:
    """A receipt to where they were; nothing else is left of them."""
    erasing.erase(
        session,
        customer=event.customer,
        kept_until=date.fromisoformat(event.kept_until),
        key=envelope.id,
        now=clock.now(),
    )


def tell_of_export(session: Session, event: CustomerExportReady, *, envelope: Envelope) -> None:
    """Their data lies ready."""
    access.export_ready(session, event, key=envelope.id, now=clock.now())


def invite_delegate(session: Session, event: DelegateInvited, *, envelope: Envelope) -> None:
    """Somebody may see a customer's portal."""
    access.delegate_invited(session, event, key=envelope.id, now=clock.now())


def tell_direct_action(session: Session, event: DirectActionTaken, *, envelope: Envelope) -> None:
    """Whoever reads mail at the address on file learns what was done."""
    direct_actions.taken(session, event, key=envelope.id, now=clock.now())


def ask_recipient(session: Session, event: RecipientInvited, *, envelope: Envelope) -> None:
    """Somebody's documents are to go there too."""
    recipients.ask(session, event, key=envelope.id, now=clock.now())


def note_recipient(session: Session, event: RecipientChanged, *, envelope: Envelope) -> None:
    """Documents go there from now on, or do not."""
    recipients.note(session, event, now=clock.now())


def send_to_recipients(session: Session, event: InvoiceIssued, *, envelope: Envelope) -> None:
    """The invoice, to whom the customer named besides."""
    recipients.send_invoice(session, event, now=clock.now())


def send_credit_to_recipients(session: Session, event: CreditNoteIssued, *, envelope: Envelope) -> None:
    """The credit note, to whom the customer named besides."""
    recipients.send_credit_note(session, event, now=clock.now())


def send_receipt(session: Session, event: InvoiceIssued, *, envelope: Envelope) -> None:
    """The money arrived."""
    payments.receipt(session, event, key=envelope.id, now=clock.now())


def warn_of_failure(session: Session, event: PaymentFailed, *, envelope: Envelope) -> None:
    """A charge was declined."""
    payments.payment_failed(session, event, key=envelope.id, now=clock.now())


def ask_for_confirmation(session: Session, event: PaymentActionRequired, *, envelope: Envelope) -> None:
    """The customer's bank waits for them."""
    payments.payment_action_required(session, event, key=envelope.id, now=clock.now())


def notice_added_card(session: Session, event: PaymentMethodAdded, *, envelope: Envelope) -> None:
    """A card was added."""
    payments.card_added(session, event, key=envelope.id, now=clock.now())


def notice_removed_card(session: Session, event: PaymentMethodRemoved, *, envelope: Envelope) -> None:
    """A card was removed."""
    payments.card_removed(session, event, key=envelope.id, now=clock.now())


def warn_of_expiry(session: Session, event: PaymentMethodExpiring, *, envelope: Envelope) -> None:
    """A card that is needed expires."""
    payments.card_expiring(session, event, key=envelope.id, now=clock.now())


def send_refund_request(session: Session, event: RefundRequested, *, envelope: Envelope) -> None:
    """A person will decide about a refund."""
    payments.refund_requested(session, event, key=envelope.id, now=clock.now())


def send_refund(session: Session, event: CreditNoteIssued, *, envelope: Envelope) -> None:
    """Money went back; the mail names the credit note."""
    payments.refund_succeeded(session, event, key=envelope.id, now=clock.now())


def send_refund_failure(session: Session, event: RefundFailed, *, envelope: Envelope) -> None:
    """Money did not go back."""
    payments.refund_failed(session, event, key=envelope.id, now=clock.now())


def _telling(tell: Callable[..., None]) -> Handler:
    """The handler that tells of an event, once: by its id."""

    @wraps(tell)
    def told(session: Session, event: Event, *, envelope: Envelope) -> None:
        tell(session, event, key=envelope.id, now=clock.now())

    return told


def send_ended(session: Session, event: SubscriptionEnded, *, envelope: Envelope) -> None:
    """It is over."""
    subscriptions.ended(session, event, now=clock.now())


def send_ticket(session: Session, event: TicketOpened, *, envelope: Envelope) -> None:
    """It arrived; to the customer, and to the helpdesk."""
    tickets.ticket_opened(session, event, key=envelope.id, now=clock.now())


def send_ticket_answer(session: Session, event: TicketAnswered, *, envelope: Envelope) -> None:
    """Somebody wrote; to the other side."""
    tickets.ticket_answered(session, event, key=envelope.id, now=clock.now())


def send_ticket_resolution(session: Session, event: TicketResolved, *, envelope: Envelope) -> None:
    """It is decided, or closed."""
    by_customer = envelope.actor.kind == "customer"
    tickets.ticket_resolved(session, event, key=envelope.id, by_customer=by_customer, now=clock.now())


TELLING: Final[Handlers] = {
    VendorRegistered: (project_sender,),
    VendorUpdated: (project_sender,),
    CustomerCreated: (project_recipient,),
    CustomerUpdated: (project_recipient,),
    CustomerEmailChanged: (project_recipient, tell_former_address),
    CustomerErased: (erase_customer,),
    CustomerExportReady: (tell_of_export,),
    DelegateInvited: (invite_delegate,),
    DelegateChanged: (),  # they see it when they sign in
    DelegateRevoked: (),
    RecipientInvited: (ask_recipient,),
    RecipientChanged: (note_recipient,),
    DirectActionTaken: (tell_direct_action,),
    SessionStarted: (),  # nobody wants a mail each time
    SessionRevoked: (),
    PortalConfigurationPublished: (project_portal,),
    PortalConfigurationPublishedV3: (project_portal,),
    InvoiceIssued: (send_receipt, send_to_recipients),
    PaymentFailed: (warn_of_failure,),
    PaymentActionRequired: (ask_for_confirmation,),
    PaymentMethodAdded: (notice_added_card,),
    PaymentMethodUpdated: (),  # which card comes first; the money goes on either way
    PaymentMethodRemoved: (notice_removed_card,),
    PaymentMethodExpiring: (warn_of_expiry,),
    RefundRequested: (send_refund_request,),
    RefundSucceeded: (),  # its credit note says so
    CreditNoteIssued: (send_refund, send_credit_to_recipients),
    RefundFailed: (send_refund_failure,),
    CouponApplied: (),  # the next receipt has it as a line
    SubscriptionStarted: (),  # its receipt says so
    SubscriptionTrialEnding: (_telling(subscriptions.trial_ending),),
    SubscriptionRenewed: (),  # its receipt says so
    SubscriptionPastDue: (),  # the failed payment behind it is told, with what to do
    SubscriptionRecovered: (_telling(subscriptions.recovered),),
    SubscriptionPlanChanged: (_telling(subscriptions.plan_changed),),
    SubscriptionQuantityChanged: (_telling(subscriptions.quantity_changed),),
    SubscriptionAddonsChanged: (),  # the receipt, or the next one, has a line for it
    SubscriptionPaused: (_telling(subscriptions.paused),),
    SubscriptionResuming: (_telling(subscriptions.resuming),),
    SubscriptionResumed: (_telling(subscriptions.resumed),),
    SubscriptionCanceled: (_telling(subscriptions.canceled),),
    SubscriptionUncanceled: (_telling(subscriptions.uncanceled),),
    SubscriptionEnded: (send_ended,),
    SubscriptionDeleted: (),  # its end was told
    TicketOpened: (send_ticket,),
    TicketAnswered: (send_ticket_answer,),
    TicketResolved: (send_ticket_resolution,),
    WebhookEndpointDisabled: (_telling(webhooks.disabled),),
}
HANDLERS: Final[Handlers] = keeping.after(TELLING)
