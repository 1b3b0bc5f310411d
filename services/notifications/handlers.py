"""What notifications does when something happened elsewhere. The table is at the foot."""

from datetime import datetime
from typing import Final

from services.notifications.actions import messages, projections
from services.notifications.actions.messages import Tidings
from services.notifications.rules.messages import Kind
from shared import clock
from shared.bus.protocol import Handlers
from shared.database import Session
from shared.events import (
    CustomerCreated,
    CustomerEmailChanged,
    CustomerUpdated,
    Envelope,
    InvoiceIssued,
    PortalConfigurationPublished,
    SubscriptionCanceled,
    SubscriptionEnded,
    SubscriptionStarted,
    SubscriptionUncanceled,
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
    """Tell the customer that the money arrived; not for payments made before Bursar knew them."""
    if event.historical or event.status != "paid":
        return
    facts = {
        "number": event.number,
        "order_number": event.order_number,
        "total": event.total,
        "currency": event.currency,
        "description": event.description,
        "issued_at": event.issued_at,
    }
    _tell(
        session,
        Tidings(
            kind=Kind.RECEIPT,
            customer=event.customer,
            facts=facts,
            dedup_key=envelope.id,
            about=event.invoice,
            locale=event.locale,
        ),
    )


def send_cancellation(session: Session, event: SubscriptionCanceled, *, envelope: Envelope) -> None:
    """Tell when it ends and how to undo that. What ended at once is told as ended: there is nothing to undo."""
    if event.timing == "immediately":
        _tell_ended(session, event, ended_at=event.ends_at)
        return
    facts = {"canceled_at": event.canceled_at, "ends_at": event.ends_at}
    _tell(session, _of_subscription(Kind.CANCELLATION, event, facts, dedup_key=envelope.id))


def send_uncancellation(session: Session, event: SubscriptionUncanceled, *, envelope: Envelope) -> None:
    """Tell that it goes on as before."""
    facts = {"renews_at": event.renews_at}
    _tell(session, _of_subscription(Kind.UNCANCELLATION, event, facts, dedup_key=envelope.id))


def send_ended(session: Session, event: SubscriptionEnded, *, envelope: Envelope) -> None:
    """Tell that it is over."""
    _tell_ended(session, event, ended_at=event.ended_at)


def _tell_ended(session: Session, event: SubscriptionCanceled | SubscriptionEnded, *, ended_at: str) -> None:
    """Once a subscription, whichever event says it first: it ends only once."""
    facts = {"ended_at": ended_at}
    _tell(session, _of_subscription(Kind.ENDED, event, facts, dedup_key=f"ended:{event.subscription}"))


def _of_subscription(
    kind: Kind,
    event: SubscriptionCanceled | SubscriptionUncanceled | SubscriptionEnded,
    facts: dict[str, str],
    *,
    dedup_key: str,
) -> Tidings:
    return Tidings(
        kind=kind,
        customer=event.customer,
        facts={"plan_name": event.plan_name, "subscription": event.subscription, **facts},
        dedup_key=dedup_key,
        about=event.subscription,
        revision=event.revision,
    )


def _tell(session: Session, tidings: Tidings) -> None:
    now: datetime = clock.now()
    messages.tell_customer(session, tidings, now=now)


HANDLERS: Final[Handlers] = {
    VendorRegistered: (project_sender,),
    VendorUpdated: (project_sender,),
    CustomerCreated: (project_recipient,),
    CustomerUpdated: (project_recipient,),
    CustomerEmailChanged: (project_recipient,),
    PortalConfigurationPublished: (project_portal,),
    InvoiceIssued: (send_receipt,),
    SubscriptionStarted: (),  # no mail; bound all the same, so that a healthy system has no event that nobody hears
    SubscriptionCanceled: (send_cancellation,),
    SubscriptionUncanceled: (send_uncancellation,),
    SubscriptionEnded: (send_ended,),
}
