"""Staff are reminded: of a cancel that nobody has decided, the day before the subscription renews; and of an answer
that was promised, a while before it is due. Each once: the thread says so, in the name of the job that wrote it."""

from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import Exists, Select, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from services.portal.actions.support import requests
from services.portal.models import Helpdesk, Subscription, Ticket, TicketMessage
from services.portal.queries import billing, customers
from services.portal.queries.test_clocks import Present
from services.portal.rules.policy import Action
from services.portal.rules.subscriptions.lifecycle import Status
from services.portal.rules.support import due
from services.portal.rules.support.ticket import TicketStatus
from shared.bus import outbox
from shared.database import Begin, scope
from shared.events import Mode, TicketAnswered
from shared.i18n import DEFAULT, base, format_date, format_moment, text

JOB: Final = "remind_staff"
DUE_JOB: Final = "warn_of_due_answers"
BEFORE: Final = timedelta(days=1)
AUTHOR: Final = "system"
STAFF: Final = "staff"
_RENEWING: Final = (Status.TRIALING, Status.ACTIVE, Status.PAST_DUE)


def run(begin: Begin, *, present: Present, limit: int) -> int:
    """Remind of those that renew within a day and were not reminded of within one. How many."""
    with begin() as session:
        with scope.platform():
            found = session.execute(_due(present).limit(limit)).all()
        for row, renews_at in found:
            with scope.system(vendor=row.vendor, mode=cast("Mode", row.mode), job=JOB):
                _remind(session, row, "portal.ticket.reminder", present.at, date=renews_at)
                session.flush()
    return len(found)


def run_due(begin: Begin, *, present: Present, limit: int) -> int:
    """Warn of the answers that are due soon, or were while nobody could warn. How many."""
    with begin() as session:
        with scope.platform():
            found = session.scalars(_unanswered(present).limit(limit)).all()
        for row in found:
            with scope.system(vendor=row.vendor, mode=cast("Mode", row.mode), job=DUE_JOB):
                _remind(session, row, "portal.ticket.due", present.at, moment=cast("datetime", row.due_at))
                session.flush()
    return len(found)


def _due(present: Present) -> Select[Ticket, datetime]:
    """Waiting requests to cancel what renews soon, each locked by one worker."""
    reminded = _written(JOB).where(TicketMessage.at > present.at - BEFORE)
    return (
        select(Ticket, Subscription.current_period_end)
        .join(Subscription, Subscription.id == Ticket.subscription)
        .where(
            Ticket.kind == Action.CANCEL.value,
            Ticket.status.in_(requests.WAITING),
            Subscription.status.in_(_RENEWING),
            Subscription.current_period_end > present.at,
            Subscription.current_period_end <= present.at + BEFORE,
            present.covers(Ticket),
            ~reminded,
        )
        .order_by(Subscription.current_period_end)
        .with_for_update(of=Ticket, skip_locked=True)
    )


def _unanswered(present: Present) -> Select[Ticket]:
    """Open tickets whose answer is due soon, or was within the last day, each locked by one worker.

    Staff were warned already where they said nothing since: only their word begins a new time to answer.
    """
    soon = case(
        *((Helpdesk.answer_hours == hours, Ticket.due_at <= present.at + due.lead(hours)) for hours in due.SHORT),
        else_=Ticket.due_at <= present.at + due.lead(None),
    )
    answer = aliased(TicketMessage)
    answered = exists().where(
        answer.ticket == TicketMessage.ticket, answer.author_kind == STAFF, answer.number > TicketMessage.number
    )
    warned = _written(DUE_JOB).where(~answered)
    return (
        select(Ticket)
        .outerjoin(Helpdesk, Helpdesk.id == Ticket.helpdesk)
        .where(
            Ticket.status == TicketStatus.OPEN.value,
            Ticket.due_at > present.at - BEFORE,
            soon,
            present.covers(Ticket),
            ~warned,
        )
        .order_by(Ticket.due_at)
        .with_for_update(of=Ticket, skip_locked=True)
    )


def _written(job: str) -> Exists:
    return exists().where(
        TicketMessage.ticket == Ticket.id,
        TicketMessage.author_kind == AUTHOR,
        TicketMessage.author_id == job,
        TicketMessage.number > 1,
    )


def _remind(session: Session, row: Ticket, key: str, now: datetime, **moments: datetime) -> None:
    """`date` is told as a day, `moment` with its time, in the vendor's time zone."""
    locale = customers.locale(session, row.customer)
    language, zone = base(locale or DEFAULT), billing.settings(session).zone
    told = {
        name: format_moment(at, language, zone=zone) if name == "moment" else format_date(at, language)
        for name, at in moments.items()
    }
    words = text(key, language, **told)
    number = 1 + (session.scalar(select(func.max(TicketMessage.number)).where(TicketMessage.ticket == row.id)) or 0)
    requests.say(session, row, number=number, author=AUTHOR, body=words, now=now)
    outbox.record(
        session,
        TicketAnswered(
            ticket=row.id,
            customer=row.customer,
            helpdesk=row.helpdesk,
            kind=row.kind,
            subject=row.subject,
            author=AUTHOR,
            message=words,
            number=number,
            locale=locale,
        ),
        at=now,
    )
