"""Tickets that actions open when a person is to decide: one for each matter, however often it is asked for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Protocol

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.models import Customer, Helpdesk, Payment, Plan, Subscription, Ticket, TicketMessage
from services.portal.queries import tickets as queries
from services.portal.queries.tickets import TicketView
from services.portal.rules.assurance import Requester
from services.portal.rules.support import due, masking
from services.portal.rules.support.ticket import TicketStatus
from shared import ids
from shared.bus import outbox
from shared.database import scope
from shared.errors import NotFound
from shared.events import TicketOpened
from shared.i18n import DEFAULT, text

SUBJECT_LENGTH: Final = 200
WAITING: Final = (TicketStatus.OPEN.value, TicketStatus.ANSWERED.value)


class LoadedSubscription(Protocol):
    """`actions.subscriptions.loading.Loaded`, as far as a ticket needs it."""

    @property
    def row(self) -> Subscription: ...


def open_request(
    session: Session,
    *,
    kind: str,
    loaded_or_payment: LoadedSubscription | Payment,
    request: Mapping[str, Any],
    by: Requester,
    portal_feature: object,
    now: datetime,
) -> TicketView:
    """The ticket in which staff decide about `kind` (an action's name) of this subscription or payment.

    Who asks again for the same finds the waiting ticket. `request` is kept as JSON and carried out on approval; its
    `comment` is what the customer wrote. The ticket goes to the `helpdesk` of `portal_feature`, if that names one.
    """
    of = loaded_or_payment if isinstance(loaded_or_payment, Payment) else loaded_or_payment.row
    key = subject_key(kind, of.id)
    found = waiting(session, key)
    if found is not None:
        return queries.view(found)
    buyer = session.scalars(select(Customer).where(Customer.id == of.customer)).one()
    helpdesk = _helpdesk(session, getattr(portal_feature, "helpdesk", None))
    name = of.description if isinstance(of, Payment) else _plan_name(session, of)
    row = Ticket(
        id=ids.new("tkt"),
        customer=of.customer,
        helpdesk=None if helpdesk is None else helpdesk.id,
        department=None,
        subscription=of.subscription if isinstance(of, Payment) else of.id,
        payment=of.id if isinstance(of, Payment) else None,
        kind=kind,
        subject=_said(f"portal.ticket.subject.{kind}", buyer, name=name)[:SUBJECT_LENGTH],
        subject_key=key,
        request=dict(request),
        **fresh(now),
    )
    words = masking.masked(str(request.get("comment") or "")).strip()
    return opened(
        session,
        row,
        buyer=buyer,
        helpdesk=helpdesk,
        message=words or _said("portal.ticket.no_words", buyer),
        author=("customer" if by.kind == "customer" else "staff") if words else "system",
        now=now,
    )


def opened(
    session: Session,
    row: Ticket,
    *,
    buyer: Customer,
    helpdesk: Helpdesk | None,
    message: str,
    author: str,
    now: datetime,
) -> TicketView:
    """The ticket with its first message, logged and told. One that was opened meanwhile for the same is returned."""
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        found = None if row.subject_key is None else waiting(session, row.subject_key)
        if found is None:
            raise
        return queries.view(found)
    hours = None if helpdesk is None else helpdesk.answer_hours
    row.due_at = due.calculate(before=None, after=TicketStatus(row.status), due_at=None, answer_hours=hours, now=now)
    say(session, row, number=1, author=author, body=message, now=now)
    action_log.write(
        session,
        action="ticket.opened",
        of=row.id,
        before=None,
        after={"kind": row.kind},  # what a person wrote is kept with the ticket alone, where it can be erased
        customer=row.customer,
        now=now,
    )
    outbox.record(
        session,
        TicketOpened(
            ticket=row.id,
            customer=row.customer,
            helpdesk=row.helpdesk,
            kind=row.kind,
            subject=row.subject,
            intake=None if helpdesk is None else helpdesk.email,
            subscription=row.subscription,
            payment=row.payment,
            message=message,
            locale=buyer.locale,
        ),
        at=now,
    )
    return queries.view(row)


def say(session: Session, row: Ticket, *, number: int, author: str, body: str, now: datetime) -> None:
    """Add a message to the thread; the scope says who wrote it."""
    session.add(
        TicketMessage(
            id=ids.new("tmsg"),
            customer=row.customer,
            ticket=row.id,
            number=number,
            author_kind=author,
            author_id=scope.current().actor.id[:80],
            body=body,
            at=now,
        )
    )
    session.flush()


def waiting(session: Session, key: str) -> Ticket | None:
    """The open or answered ticket about this matter."""
    return session.scalars(select(Ticket).where(Ticket.subject_key == key, Ticket.status.in_(WAITING))).one_or_none()


def subject_key(kind: str, of: str) -> str:
    """What is asked for, of what."""
    return f"{kind}:{of}"


def fresh(now: datetime) -> dict[str, Any]:
    """The columns of a ticket that was just opened."""
    return {
        "status": TicketStatus.OPEN.value,
        "opened_at": now,
        "changed_at": now,
        "resolved_at": None,
        "revision": 1,
    }


def _helpdesk(session: Session, helpdesk_id: str | None) -> Helpdesk | None:
    if helpdesk_id is None:
        return None
    return session.scalars(select(Helpdesk).where(Helpdesk.id == helpdesk_id)).one_or_none()


def _plan_name(session: Session, of: Subscription) -> str:
    name = session.scalar(select(Plan.name).where(Plan.id == of.plan))
    if name is None:
        raise NotFound
    return name


def _said(key: str, buyer: Customer, **params: object) -> str:
    return text(key, buyer.locale or DEFAULT, **params)
