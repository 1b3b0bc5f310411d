"""Staff are reminded of a cancel that nobody has decided the day before the subscription renews."""

from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from services.portal.actions.support import requests
from services.portal.models import Subscription, Ticket, TicketMessage
from services.portal.queries import customers
from services.portal.queries.test_clocks import Present
from services.portal.rules.policy import Action
from services.portal.rules.subscriptions.lifecycle import Status
from shared.bus import outbox
from shared.database import Begin, scope
from shared.events import Mode, TicketAnswered
from shared.i18n import DEFAULT, base, format_date, text

JOB: Final = "remind_staff"
BEFORE: Final = timedelta(days=1)
AUTHOR: Final = "system"
_RENEWING: Final = (Status.TRIALING, Status.ACTIVE, Status.PAST_DUE)


def run(begin: Begin, *, present: Present, limit: int) -> int:
    """Remind of those that renew within a day and were not reminded of within one. How many."""
    with begin() as session:
        with scope.platform():
            found = session.execute(_due(present).limit(limit)).all()
        for row, renews_at in found:
            with scope.system(vendor=row.vendor, mode=cast("Mode", row.mode), job=JOB):
                _remind(session, row, renews_at, present.at)
                session.flush()
    return len(found)


def _due(present: Present) -> Select[Ticket, datetime]:
    """Waiting requests to cancel what renews soon, each locked by one worker."""
    reminded = exists().where(
        TicketMessage.ticket == Ticket.id,
        TicketMessage.author_kind == AUTHOR,
        TicketMessage.number > 1,
        TicketMessage.at > present.at - BEFORE,
    )
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


def _remind(session: Session, row: Ticket, renews_at: datetime, now: datetime) -> None:
    locale = customers.locale(session, row.customer)
    language = base(locale or DEFAULT)
    words = text("portal.ticket.reminder", language, date=format_date(renews_at, language))
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
