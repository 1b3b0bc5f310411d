"""What notifications does when something happened elsewhere. The table is at the foot.

Each event of the catalog is bound by some service, those that bring no mail here with `()` and the reason: an event
that nobody hears would be parked, and look like a fault.
"""

from typing import Final

from services.notifications.actions import projections
from services.notifications.actions.telling import payments, subscriptions, tickets
from shared import clock
from shared.bus.protocol import Handlers
from shared.database import Session
from shared.events import (
    CouponApplied,
    CustomerCreated,
    CustomerEmailChanged,
    CustomerUpdated,
    Envelope,
    InvoiceIssued,
    PaymentActionRequired,
    PaymentFailed,
    PaymentMethodAdded,
    PaymentMethodExpiring,
    PaymentMethodRemoved,
    PaymentMethodUpdated,
    PortalConfigurationPublished,
    RefundFailed,
    RefundRequested,
    RefundSucceeded,
    SubscriptionCanceled,
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


def project_portal(session: Session, event: PortalConfigurationPublished, *, envelope: Envelope) -> None:
    """Links in mails lead there."""
    projections.project_portal(
        session, configuration=event.configuration, slug=event.slug, active=event.active, revision=event.revision
    )


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


def send_refund(session: Session, event: RefundSucceeded, *, envelope: Envelope) -> None:
    """Money went back."""
    payments.refund_succeeded(session, event, key=envelope.id, now=clock.now())


def send_refund_failure(session: Session, event: RefundFailed, *, envelope: Envelope) -> None:
    """Money did not go back."""
    payments.refund_failed(session, event, key=envelope.id, now=clock.now())


def warn_of_trial_end(session: Session, event: SubscriptionTrialEnding, *, envelope: Envelope) -> None:
    """A trial ends soon."""
    subscriptions.trial_ending(session, event, key=envelope.id, now=clock.now())


def send_recovery(session: Session, event: SubscriptionRecovered, *, envelope: Envelope) -> None:
    """What was owed is paid."""
    subscriptions.recovered(session, event, key=envelope.id, now=clock.now())


def send_plan_change(session: Session, event: SubscriptionPlanChanged, *, envelope: Envelope) -> None:
    """It is another plan, or will be."""
    subscriptions.plan_changed(session, event, key=envelope.id, now=clock.now())


def send_quantity_change(session: Session, event: SubscriptionQuantityChanged, *, envelope: Envelope) -> None:
    """It is another number of units, or will be."""
    subscriptions.quantity_changed(session, event, key=envelope.id, now=clock.now())


def send_pause(session: Session, event: SubscriptionPaused, *, envelope: Envelope) -> None:
    """It rests, or will."""
    subscriptions.paused(session, event, key=envelope.id, now=clock.now())


def warn_of_resumption(session: Session, event: SubscriptionResuming, *, envelope: Envelope) -> None:
    """A pause ends soon."""
    subscriptions.resuming(session, event, key=envelope.id, now=clock.now())


def send_resumption(session: Session, event: SubscriptionResumed, *, envelope: Envelope) -> None:
    """It goes on after a pause."""
    subscriptions.resumed(session, event, key=envelope.id, now=clock.now())


def send_cancellation(session: Session, event: SubscriptionCanceled, *, envelope: Envelope) -> None:
    """It ends, and how to undo that."""
    subscriptions.canceled(session, event, key=envelope.id, now=clock.now())


def send_uncancellation(session: Session, event: SubscriptionUncanceled, *, envelope: Envelope) -> None:
    """It goes on as before."""
    subscriptions.uncanceled(session, event, key=envelope.id, now=clock.now())


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


HANDLERS: Final[Handlers] = {
    VendorRegistered: (project_sender,),
    VendorUpdated: (project_sender,),
    CustomerCreated: (project_recipient,),
    CustomerUpdated: (project_recipient,),
    CustomerEmailChanged: (project_recipient,),
    PortalConfigurationPublished: (project_portal,),
    InvoiceIssued: (send_receipt,),
    PaymentFailed: (warn_of_failure,),
    PaymentActionRequired: (ask_for_confirmation,),
    PaymentMethodAdded: (notice_added_card,),
    PaymentMethodUpdated: (),  # which card comes first; the money goes on either way
    PaymentMethodRemoved: (notice_removed_card,),
    PaymentMethodExpiring: (warn_of_expiry,),
    RefundRequested: (send_refund_request,),
    RefundSucceeded: (send_refund,),
    RefundFailed: (send_refund_failure,),
    CouponApplied: (),  # the next receipt has it as a line
    SubscriptionStarted: (),  # its receipt says so
    SubscriptionTrialEnding: (warn_of_trial_end,),
    SubscriptionRenewed: (),  # its receipt says so
    SubscriptionPastDue: (),  # the failed payment behind it is told, with what to do
    SubscriptionRecovered: (send_recovery,),
    SubscriptionPlanChanged: (send_plan_change,),
    SubscriptionQuantityChanged: (send_quantity_change,),
    SubscriptionPaused: (send_pause,),
    SubscriptionResuming: (warn_of_resumption,),
    SubscriptionResumed: (send_resumption,),
    SubscriptionCanceled: (send_cancellation,),
    SubscriptionUncanceled: (send_uncancellation,),
    SubscriptionEnded: (send_ended,),
    TicketOpened: (send_ticket,),
    TicketAnswered: (send_ticket_answer,),
    TicketResolved: (send_ticket_resolution,),
}
