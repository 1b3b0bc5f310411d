"""What auth learns from others' events."""

from typing import Any, Final

from services.auth.actions import (
    closing,
    direct_actions,
    erasing,
    errands,
    invitations,
    lasting,
    new_email,
    projections,
    subscriber_links,
)
from services.auth.rules.link import CrossDevice
from shared import clock
from shared.bus.protocol import Handlers
from shared.database.session import Session
from shared.events import (
    CustomerCreated,
    CustomerEmailChanged,
    CustomerErased,
    CustomerExportRequested,
    CustomerUpdated,
    Envelope,
    PortalConfigurationPublished,
    PortalConfigurationPublishedV2,
    PortalConfigurationPublishedV3,
    SubscriptionDeleted,
    SubscriptionStarted,
)


def project_identity(
    session: Session,
    event: CustomerCreated | CustomerUpdated | CustomerEmailChanged,
    *,
    envelope: Envelope,
) -> None:
    """The customer signs in with this address from now on."""
    projections.keep_identity(
        session,
        customer=event.customer,
        email=event.email,
        display_name=event.display_name,
        reference=event.reference,
        locale=event.locale,
        revision=event.revision,
    )


def end_sign_ins(session: Session, event: CustomerEmailChanged, *, envelope: Envelope) -> None:
    """What the former address signs in with is over, but for the session that proved the new one."""
    new_email.end_of_address(
        session, customer=event.customer, email=event.email, previous=event.previous_email, now=envelope.time
    )


def erase_customer(session: Session, event: CustomerErased, *, envelope: Envelope) -> None:
    """Nobody signs in as them any more, and nothing is left of who they were."""
    erasing.erase(session, customer=event.customer, now=envelope.time)


def collect_export(session: Session, event: CustomerExportRequested, *, envelope: Envelope) -> None:
    """Everything held of them is wanted; a job collects it."""
    errands.note(session, export=event.export, customer=event.customer, now=clock.now())


def project_portal(
    session: Session,
    event: PortalConfigurationPublished | PortalConfigurationPublishedV2 | PortalConfigurationPublishedV3,
    *,
    envelope: Envelope,
) -> None:
    """The portal lets people in like this, and its sign-in pages look like this."""
    told: dict[str, Any] = {}
    if isinstance(event, PortalConfigurationPublished):
        methods = event.sign_in_methods
    else:
        methods = list(event.sign_in["methods"])
        told = {"sign_in": event.sign_in, "cross_device": CrossDevice(event.sign_in["cross_device"])}
    if isinstance(event, PortalConfigurationPublishedV3):
        at = event.domain or {}
        told |= {"kind": event.kind, "is_default": event.is_default, "embed": event.embed}
        told |= {"host": at.get("host"), "path": at.get("path"), "return_url": event.default_return_url}
    projections.keep_portal(
        session,
        configuration=event.configuration,
        slug=event.slug,
        active=event.active,
        display_name=event.display_name,
        sign_in_methods=methods,
        appearance=event.appearance,
        languages=event.languages,
        links=event.links,
        revision=event.revision,
        told=told,
    )


def note_direct_actions(session: Session, event: PortalConfigurationPublishedV3, *, envelope: Envelope) -> None:
    """The vendor's owners are told of weak ways in that may act from now on. Asked before the portal is kept."""
    direct_actions.note(
        session,
        configuration=event.configuration,
        slug=event.slug,
        direct_actions=event.sign_in.get("direct_actions") or (),
        revision=event.revision,
        actor=envelope.actor,
        now=envelope.time,
    )


def end_closed_ways(session: Session, event: PortalConfigurationPublishedV3, *, envelope: Envelope) -> None:
    """Sessions of a way in that the portal no longer lists are over."""
    closing.end_closed_ways(session, configuration=event.configuration, now=envelope.time)


def shorten_sign_ins(session: Session, event: PortalConfigurationPublishedV3, *, envelope: Envelope) -> None:
    """Open sessions and links of a portal last no longer than it says now."""
    lasting.shorten(session, configuration=event.configuration, now=envelope.time)


def invite_those_before(session: Session, event: PortalConfigurationPublishedV3, *, envelope: Envelope) -> None:
    """Customers who began once this portal invited, and were heard of before it was."""
    if event.active and event.sign_in.get("invitation_email"):
        invitations.reconsider(session, since=envelope.time)


def note_subscriber(session: Session, event: SubscriptionStarted, *, envelope: Envelope) -> None:
    """A new customer may be invited; one who was there before Bursar is not."""
    if not event.imported:
        invitations.note(session, customer=event.customer, now=envelope.time)


def end_link_of_nobody(session: Session, event: SubscriptionDeleted, *, envelope: Envelope) -> None:
    """A permanent link belongs to a subscriber: with the last subscription it goes."""
    if event.remaining == 0:
        subscriber_links.end_before(session, customer=event.customer, made_until=envelope.time)


HANDLERS: Final[Handlers] = {
    CustomerCreated: (project_identity,),
    CustomerUpdated: (project_identity,),
    CustomerEmailChanged: (project_identity, end_sign_ins),
    CustomerErased: (erase_customer,),
    CustomerExportRequested: (collect_export,),
    PortalConfigurationPublished: (project_portal,),
    PortalConfigurationPublishedV2: (project_portal,),
    PortalConfigurationPublishedV3: (
        note_direct_actions,
        project_portal,
        end_closed_ways,
        shorten_sign_ins,
        invite_those_before,
    ),
    SubscriptionStarted: (note_subscriber,),
    SubscriptionDeleted: (end_link_of_nobody,),
}
