"""Tell of who gets in and at what: an address that was replaced, somebody invited, an export to be fetched."""

from datetime import datetime

from services.notifications.actions.messages import Tidings, tell_customer, tell_other
from services.notifications.rules.messages import Kind
from shared.addresses import mask
from shared.database import Session
from shared.events import CustomerEmailChanged, CustomerExportReady, DelegateInvited


def email_changed(session: Session, event: CustomerEmailChanged, *, key: str, now: datetime) -> None:
    """To the address that was on file until now; the new one is masked, since it may be a stranger's."""
    tidings = Tidings(
        kind=Kind.EMAIL_CHANGED,
        customer=event.customer,
        facts={"new_email": mask(event.email)},
        dedup_key=key,
        about=event.customer,
    )
    tell_other(session, tidings, address=event.previous_email, now=now)


def export_ready(session: Session, event: CustomerExportReady, *, key: str, now: datetime) -> None:
    """To the customer, who asked for it; a vendor who did knows by asking."""
    if not event.by_customer:
        return
    tidings = Tidings(
        kind=Kind.EXPORT_READY,
        customer=event.customer,
        facts={"expires_at": event.expires_at},
        dedup_key=key,
        about=event.export,
        locale=event.locale,
    )
    tell_customer(session, tidings, now=now)


def delegate_invited(session: Session, event: DelegateInvited, *, key: str, now: datetime) -> None:
    """To whom a customer gives access."""
    tidings = Tidings(
        kind=Kind.DELEGATE_INVITED,
        customer=event.customer,
        facts={"role": event.role, "portal_url": event.portal_url},
        dedup_key=key,
        about=event.delegate,
    )
    tell_other(session, tidings, address=event.email, now=now)
