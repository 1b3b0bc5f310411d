"""Tickets: opened, answered, approved, declined, closed. What approval does is `approvals.APPROVED`."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.actions.payments.calls import Calls
from services.portal.actions.support import approvals, requests
from services.portal.models import Customer, Helpdesk, Ticket, TicketMessage
from services.portal.queries import customers
from services.portal.queries import tickets as queries
from services.portal.queries.tickets import TicketView
from services.portal.rules import roles
from services.portal.rules.assurance import Requester
from services.portal.rules.customers.erasing import CustomerErased
from services.portal.rules.policy import Action
from services.portal.rules.reasons import RoleNotAllowed
from services.portal.rules.support import due, masking
from services.portal.rules.support import ticket as rule
from services.portal.rules.support.helpdesk import HelpdeskArchived
from services.portal.rules.support.ticket import QUESTION, Moved, Side, TicketMove, TicketStatus
from shared import ids
from shared.bus import outbox
from shared.errors import FieldError, Invalid, NotFound
from shared.events import TicketAnswered, TicketResolved

SUBJECT_LENGTH = 200


@dataclass(frozen=True, kw_only=True)
class Approved:
    """A ticket that is approved; carry its `calls` out afterwards."""

    ticket: TicketView
    calls: Calls


def open_question(
    session: Session,
    *,
    customer: str,
    subject: str,
    message: str,
    by: Requester,
    helpdesk: str | None,
    department: str | None = None,
    now: datetime,
) -> TicketView:
    """A ticket that asks for nothing but an answer; the same words again find the one that waits.

    Raises NotFound, CustomerErased, Invalid, HelpdeskArchived, RoleNotAllowed.
    """
    _require_role(by)
    buyer = session.scalars(select(Customer).where(Customer.id == customer)).one_or_none()
    if buyer is None:
        raise NotFound
    if buyer.erased_at is not None:
        raise CustomerErased
    desk = _helpdesk(session, helpdesk, department)
    title = masking.calculate(subject, field="subject", longest=SUBJECT_LENGTH).replace("\n", " ")
    words = masking.calculate(message)
    key = requests.subject_key(QUESTION, f"{customer}:{_digest(title, words)}")
    found = requests.waiting(session, key)
    if found is not None:
        return queries.view(found)
    row = Ticket(
        id=ids.new("tkt"),
        customer=customer,
        helpdesk=helpdesk,
        department=department,
        subscription=None,
        payment=None,
        kind=QUESTION,
        subject=title,
        subject_key=key,
        request=None,
        **requests.fresh(now),
    )
    author = _side(by)
    return requests.opened(session, row, buyer=buyer, helpdesk=desk, message=words, author=author.value, now=now)


def reply(session: Session, *, ticket_id: str, message: str, by: Requester, now: datetime) -> TicketView:
    """Write in it. Raises NotFound, Invalid, TicketOver, RoleNotAllowed."""
    _require_role(by)
    words = masking.calculate(message)
    row = _locked(session, ticket_id)
    moved = _decide(row, TicketMove.REPLY, by)
    number = 1 + (session.scalar(select(func.max(TicketMessage.number)).where(TicketMessage.ticket == row.id)) or 0)
    author = _side(by)
    requests.say(session, row, number=number, author=author.value, body=words, now=now)
    _move(session, row, moved, now=now)
    outbox.record(
        session,
        TicketAnswered(**_told(row), author=author.value, message=words, number=number, locale=_locale(session, row)),
        at=now,
    )
    return queries.view(row)


def approve(session: Session, *, ticket_id: str, message: str | None, by: Requester, now: datetime) -> Approved:
    """Carry out what it asks for, once; a second approval changes nothing.

    Raises NotFound, TicketOver, NothingToApprove, NotYours, and what the action itself refuses with.
    """
    row = _locked(session, ticket_id)
    moved = _decide(row, TicketMove.APPROVE, by)
    if not moved.changed:
        return Approved(ticket=queries.view(row), calls=Calls())
    done = approvals.carry_out(session, row, by=by, now=now)
    _resolve(session, row, moved, message, by=by, now=now)
    return Approved(ticket=queries.view(row), calls=done)


def decline(session: Session, *, ticket_id: str, message: str | None, by: Requester, now: datetime) -> TicketView:
    """Turn down what it asks for. Raises NotFound, TicketOver, NothingToApprove, NotYours."""
    row = _locked(session, ticket_id)
    moved = _decide(row, TicketMove.DECLINE, by)
    if moved.changed:
        approvals.turn_down(session, row, now=now)
        _resolve(session, row, moved, message, by=by, now=now)
    return queries.view(row)


def close(session: Session, *, ticket_id: str, message: str | None, by: Requester, now: datetime) -> TicketView:
    """Nothing more is to be said. Raises NotFound, TicketOver, DecisionNeeded, RoleNotAllowed."""
    _require_role(by)
    row = _locked(session, ticket_id)
    moved = _decide(row, TicketMove.CLOSE, by)
    if moved.changed:
        _resolve(session, row, moved, message, by=by, now=now)
    return queries.view(row)


def _require_role(by: Requester) -> None:
    """A customer's own people write only where their role lets them; whether the portal takes new tickets or not."""
    if not roles.is_allowed(Action.OPEN_TICKET, role=by.role):
        raise RoleNotAllowed


def _decide(row: Ticket, move: TicketMove, by: Requester) -> Moved:
    return rule.decide(status=TicketStatus(row.status), move=move, side=_side(by), is_request=row.request is not None)


def _resolve(session: Session, row: Ticket, moved: Moved, message: str | None, *, by: Requester, now: datetime) -> None:
    words = masking.calculate(message) if message and message.strip() else None
    if words is not None:
        number = 1 + (session.scalar(select(func.max(TicketMessage.number)).where(TicketMessage.ticket == row.id)) or 0)
        requests.say(session, row, number=number, author=_side(by).value, body=words, now=now)
    row.resolved_at = now
    _move(session, row, moved, now=now)
    outbox.record(
        session,
        TicketResolved(**_told(row), resolution=row.status, message=words, locale=_locale(session, row)),
        at=now,
    )


def _move(session: Session, row: Ticket, moved: Moved, *, now: datetime) -> None:
    before = {"status": row.status}
    desk = None if row.helpdesk is None else session.get(Helpdesk, row.helpdesk)
    hours = None if desk is None else desk.answer_hours
    row.due_at = due.calculate(
        before=TicketStatus(row.status), after=moved.status, due_at=row.due_at, answer_hours=hours, now=now
    )
    row.status, row.changed_at = moved.status.value, now
    row.revision += 1
    action_log.write(
        session,
        action=f"ticket.{row.status}",
        of=row.id,
        before=before,
        after={"status": row.status},
        customer=row.customer,
        now=now,
    )


def _digest(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:32]


def _told(row: Ticket) -> dict[str, Any]:
    return {
        "ticket": row.id,
        "customer": row.customer,
        "helpdesk": row.helpdesk,
        "kind": row.kind,
        "subject": row.subject,
    }


def _side(by: Requester) -> Side:
    return Side.CUSTOMER if by.kind == "customer" else Side.STAFF


def _locale(session: Session, row: Ticket) -> str | None:
    return customers.locale(session, row.customer)


def _helpdesk(session: Session, helpdesk_id: str | None, department: str | None) -> Helpdesk | None:
    if helpdesk_id is None:
        if department is not None:
            raise Invalid(FieldError.of("department", "not_a_choice"))
        return None
    desk = session.scalars(select(Helpdesk).where(Helpdesk.id == helpdesk_id)).one_or_none()
    if desk is None:
        raise NotFound
    if desk.archived_at is not None:
        raise HelpdeskArchived
    if department is not None and department not in desk.departments:
        raise Invalid(FieldError.of("department", "not_a_choice"))
    return desk


def _locked(session: Session, ticket_id: str) -> Ticket:
    statement = select(Ticket).where(Ticket.id == ticket_id).with_for_update()
    row = session.scalars(statement, execution_options={"populate_existing": True}).one_or_none()
    if row is None:
        raise NotFound
    return row
