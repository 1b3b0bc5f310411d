"""What auth learns from others' events."""

from typing import Final

from services.auth.actions import projections, sign_in
from services.auth.rules.link import CrossDevice
from shared.bus.protocol import Handlers
from shared.database.session import Session
from shared.events import (
    CustomerCreated,
    CustomerEmailChanged,
    CustomerUpdated,
    Envelope,
    PortalConfigurationPublished,
    PortalConfigurationPublishedV2,
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
        locale=event.locale,
        revision=event.revision,
    )


def end_sign_ins(session: Session, event: CustomerEmailChanged, *, envelope: Envelope) -> None:
    """Sessions, links and codes of the address that was on file are over."""
    sign_in.end_all(session, email=event.previous_email, now=envelope.time)


def project_portal(
    session: Session,
    event: PortalConfigurationPublished | PortalConfigurationPublishedV2,
    *,
    envelope: Envelope,
) -> None:
    """The sign-in pages of this portal look and behave like this."""
    if isinstance(event, PortalConfigurationPublishedV2):
        methods, cross_device = list(event.sign_in["methods"]), CrossDevice(event.sign_in["cross_device"])
    else:
        methods, cross_device = event.sign_in_methods, None
    projections.keep_portal(
        session,
        configuration=event.configuration,
        slug=event.slug,
        active=event.active,
        display_name=event.display_name,
        sign_in_methods=methods,
        cross_device=cross_device,
        appearance=event.appearance,
        languages=event.languages,
        links=event.links,
        revision=event.revision,
    )


HANDLERS: Final[Handlers] = {
    CustomerCreated: (project_identity,),
    CustomerUpdated: (project_identity,),
    CustomerEmailChanged: (project_identity, end_sign_ins),
    PortalConfigurationPublished: (project_portal,),
    PortalConfigurationPublishedV2: (project_portal,),
}
