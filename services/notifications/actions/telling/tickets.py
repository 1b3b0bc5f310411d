"""Tell of tickets: the customer of what staff said, and a helpdesk's intake address of what the customer wrote."""

from datetime import datetime
from typing import Final

from services.notifications.actions.messages import Tidings, intake_of, tell_customer, tell_helpdesk
from services.notifications.rules.messages import Kind
from shared.database import Session
from shared.events import TicketAnswered, TicketOpened, TicketResolved

_REFUND: Final = "refund"
_RESOLUTIONS: Final = frozenset({"approved", "declined", "closed"})


def ticket_opened(session: Session, event: TicketOpened, *, key: str, now: datetime) -> None:
    """To the customer that it arrived, and to the helpdesk if it has an address.

    The customer's mail of a refund is that of `refund.requested`, which knows the amount.
    """
    if event.kind != _REFUND:
        tell_customer(session, _tidings(Kind.TICKET_OPENED, event, event.message, key=key), now=now)
    if event.intake is not None:
        to_helpdesk = _tidings(Kind.TICKET_INTAKE, event, event.message, key=f"intake:{key}")
        tell_helpdesk(session, to_helpdesk, address=event.intake, now=now)


def ticket_answered(session: Session, event: TicketAnswered, *, key: str, now: datetime) -> None:
    """To the other side: the customer; or the address that was told of the ticket, if one was."""
    if event.author == "staff":
        tell_customer(session, _tidings(Kind.TICKET_ANSWERED, event, event.message, key=key), now=now)
        return
    intake = intake_of(session, ticket=event.ticket)
    if intake is not None:
        kind = Kind.TICKET_REMINDER if event.author == "system" else Kind.TICKET_INTAKE_ANSWER
        to_helpdesk = _tidings(kind, event, event.message, key=key)
        tell_helpdesk(session, to_helpdesk, address=intake, now=now)


def ticket_resolved(session: Session, event: TicketResolved, *, key: str, by_customer: bool, now: datetime) -> None:
    """What was decided; a customer who closed it themselves knows."""
    if by_customer:
        return
    tidings = _tidings(Kind.TICKET_RESOLVED, event, event.message or "", key=key)
    tell_customer(session, tidings, now=now)


def _tidings(kind: Kind, event: TicketOpened | TicketAnswered | TicketResolved, message: str, *, key: str) -> Tidings:
    facts: dict[str, object] = {"ticket": event.ticket, "subject_line": event.subject, "message": message.splitlines()}
    if isinstance(event, TicketResolved):
        facts["resolution"] = event.resolution if event.resolution in _RESOLUTIONS else "closed"
    return Tidings(
        kind=kind, customer=event.customer, facts=facts, dedup_key=key, about=event.ticket, locale=event.locale
    )
