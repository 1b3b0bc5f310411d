"""Tickets: who asked for what, where it stands, and what was said, in order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.portal.models import Helpdesk, Ticket, TicketMessage
from shared.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class TicketView:
    """One ticket. `request` is what approval would carry out; None where it is a question.

    `due_at` is by when staff are to answer; None while nothing is.
    """

    id: str
    customer: str
    helpdesk: str | None
    department: str | None
    subscription: str | None
    payment: str | None
    kind: str
    subject: str
    request: Mapping[str, Any] | None
    status: str
    opened_at: datetime
    changed_at: datetime
    resolved_at: datetime | None
    due_at: datetime | None
    revision: int


@dataclass(frozen=True, kw_only=True)
class MessageView:
    """One message. `author` is `customer`, `staff` or `system`."""

    number: int
    author: str
    author_id: str
    body: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ThreadView:
    """A ticket with all that was said in it, oldest first."""

    ticket: TicketView
    messages: tuple[MessageView, ...]
    helpdesk_name: str | None
    helpdesk_url: str | None


def ticket(session: Session, *, ticket_id: str) -> TicketView:
    """One of them. Raises NotFound."""
    row = session.scalars(select(Ticket).where(Ticket.id == ticket_id)).one_or_none()
    if row is None:
        raise NotFound
    return view(row)


def thread(session: Session, *, ticket_id: str) -> ThreadView:
    """One of them with its messages. Raises NotFound."""
    found = ticket(session, ticket_id=ticket_id)
    said = session.scalars(
        select(TicketMessage).where(TicketMessage.ticket == ticket_id).order_by(TicketMessage.number)
    )
    desk = session.scalars(select(Helpdesk).where(Helpdesk.id == found.helpdesk)).one_or_none()
    return ThreadView(
        ticket=found,
        messages=tuple(message(row) for row in said),
        helpdesk_name=None if desk is None else desk.name,
        helpdesk_url=None if desk is None else desk.url,
    )


def listing(
    *,
    customer: str | None = None,
    status: str | None = None,
    helpdesk: str | None = None,
    subscription: str | None = None,
    payment: str | None = None,
    kind: str | None = None,
) -> Select[Ticket]:
    """Those in scope with these values; None means any."""
    wanted = {
        Ticket.customer: customer,
        Ticket.status: status,
        Ticket.helpdesk: helpdesk,
        Ticket.subscription: subscription,
        Ticket.payment: payment,
        Ticket.kind: kind,
    }
    return select(Ticket).where(*(column == value for column, value in wanted.items() if value is not None))


def newest(session: Session, *, limit: int) -> tuple[TicketView, ...]:
    """Those in scope, the last changed first."""
    rows = session.scalars(select(Ticket).order_by(Ticket.changed_at.desc(), Ticket.id.desc()).limit(limit))
    return tuple(view(row) for row in rows)


def view(row: Ticket) -> TicketView:
    """A row as a view."""
    return TicketView(
        id=row.id,
        customer=row.customer,
        helpdesk=row.helpdesk,
        department=row.department,
        subscription=row.subscription,
        payment=row.payment,
        kind=row.kind,
        subject=row.subject,
        request=row.request,
        status=row.status,
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        resolved_at=row.resolved_at,
        due_at=row.due_at,
        revision=row.revision,
    )


def message(row: TicketMessage) -> MessageView:
    """A row as a view."""
    return MessageView(number=row.number, author=row.author_kind, author_id=row.author_id, body=row.body, at=row.at)
