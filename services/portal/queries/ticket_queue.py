"""The queue of tickets as staff work on it: whose each is, how old, when its answer is due, and the day by which a
cancel wants a decision.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from services.portal.models import Customer, Helpdesk, Subscription, Ticket
from services.portal.queries import ticket_search, tickets
from services.portal.queries.tickets import TicketView
from services.portal.rules.support.ticket import TicketStatus
from shared.database import Begin

WAITING: Final = "waiting"
"""Those that are not over: open or answered."""

LATE: Final = "late"
"""Those whose answer was due before now."""

DUE: Final = Ticket.due_at
"""By which a listing is sorted, where what is due soonest comes first."""

ROW: Final = Ticket
"""What a listing is of."""

_NOT_OVER: Final = (TicketStatus.OPEN.value, TicketStatus.ANSWERED.value)
_BATCH: Final = 500


@dataclass(frozen=True, kw_only=True)
class Queued:
    """A ticket in the queue. `due_in` is negative for what is late, and None where nothing is due.

    `renews_at`: when the subscription that is to be canceled would be charged again.
    """

    ticket: TicketView
    customer_name: str
    helpdesk_name: str | None
    age: timedelta
    due_in: timedelta | None
    renews_at: datetime | None


def listing(
    session: Session, *, status: str | None, kind: str | None, helpdesk: str | None, search: str | None, now: datetime
) -> Select[Ticket]:
    """Those in this state, of this kind, in this helpdesk, found by these words; None means any.

    `WAITING` is two states at once, `LATE` a part of one.
    """
    found = tickets.listing(status=None if status in (WAITING, LATE) else status, kind=kind, helpdesk=helpdesk)
    if status == WAITING:
        found = found.where(Ticket.status.in_(_NOT_OVER))
    return narrowed(session, found, search=search, is_late=True if status == LATE else None, now=now)


def narrowed(
    session: Session, found: Select[Ticket], *, search: str | None, is_late: bool | None, now: datetime
) -> Select[Ticket]:
    """Those of them that are found by these words, and are late, or are not; None means any."""
    if search is not None:
        found = found.where(ticket_search.matching(session, search))
    if is_late is None:
        return found
    return found.where(Ticket.due_at < now if is_late else or_(Ticket.due_at.is_(None), Ticket.due_at >= now))


def queued(session: Session, rows: Sequence[Ticket], *, now: datetime) -> tuple[Queued, ...]:
    """The rows as they stand in the queue, in their order. Three statements, however many rows."""
    names = _names(session, {row.customer for row in rows})
    desks = dict(helpdesk_names(session))
    renewals = _renewals(session, {row.subscription for row in rows if row.kind == "cancel" and row.subscription})
    return tuple(
        Queued(
            ticket=tickets.view(row),
            customer_name=names.get(row.customer, row.customer),
            helpdesk_name=desks.get(row.helpdesk or ""),
            age=max(now - row.opened_at, timedelta()),
            due_in=None if row.due_at is None else row.due_at - now,
            renews_at=renewals.get(row.subscription or "") if row.status in _NOT_OVER else None,
        )
        for row in rows
    )


def next_waiting(session: Session, ticket_id: str) -> str | None:
    """The one that waits below this one in the queue; None where it is the last."""
    older = select(Ticket.id).where(Ticket.status.in_(_NOT_OVER), Ticket.id < ticket_id)
    return session.scalar(older.order_by(Ticket.id.desc()).limit(1))


def helpdesk_names(session: Session) -> tuple[tuple[str, str], ...]:
    """Id and name of each, archived ones too, by name."""
    found = session.execute(select(Helpdesk.id, Helpdesk.name).order_by(Helpdesk.name))
    return tuple((row.id, row.name) for row in found)


def batches(begin: Begin, statement: Select[Ticket], *, now: datetime) -> Iterator[tuple[Queued, ...]]:
    """All of them, newest first, in pieces: a queue of any length fits the memory."""
    last = None
    while True:
        with begin() as session:
            rest = statement if last is None else statement.where(Ticket.id < last)
            found = queued(session, session.scalars(rest.order_by(Ticket.id.desc()).limit(_BATCH)).all(), now=now)
        if found:
            yield found
            last = found[-1].ticket.id
        if len(found) < _BATCH:
            return


def _names(session: Session, ids: set[str]) -> dict[str, str]:
    wanted = select(Customer.id, Customer.display_name, Customer.company, Customer.email).where(Customer.id.in_(ids))
    return {row.id: row.display_name or row.company or row.email for row in session.execute(wanted)}


def _renewals(session: Session, ids: set[str]) -> dict[str, datetime]:
    wanted = select(Subscription.id, Subscription.current_period_end).where(Subscription.id.in_(ids))
    return {row.id: row.current_period_end for row in session.execute(wanted)}
