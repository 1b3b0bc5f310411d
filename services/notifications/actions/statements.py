"""Sending last month's statements of account to whom customers named for them, once each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlalchemy import select

from services.notifications.actions.messages import recipient_of
from services.notifications.actions.telling import recipients as telling
from services.notifications.adapters.mailing import Mailing
from services.notifications.models import DocumentRecipient
from services.notifications.rules import recipients
from shared import i18n
from shared.bus.protocol import Later
from shared.database import Begin, scope
from shared.errors import Unavailable
from shared.events import Mode
from shared.logs import log

BATCH: Final = 20
_JOB: Final = "send_statements"


@dataclass(frozen=True, kw_only=True)
class _Due:
    id: str
    vendor: str
    mode: str
    customer: str
    at: datetime


def send(begin: Begin, *, mailing: Mailing, now: datetime) -> int:
    """Queue the mails of those that are due. How many were seen to; while invoices is down, none."""
    with begin() as session, scope.platform():
        row = DocumentRecipient
        found = session.execute(
            select(row.id, row.vendor, row.mode, row.customer, row.statement_due)
            .where(row.statement_due <= now)
            .order_by(row.statement_due)
            .limit(BATCH)
        ).all()
    seen = 0
    for each in found:
        due = _Due(id=each.id, vendor=each.vendor, mode=each.mode, customer=each.customer, at=each.statement_due)
        with scope.system(vendor=due.vendor, mode=cast("Mode", due.mode), job=_JOB):
            try:
                _send(begin, due, mailing=mailing, now=now)
            except Unavailable:
                log.info("statement.not_asked", recipient=due.id)
                return seen
        seen += 1
    return seen


def _send(begin: Begin, due: _Due, *, mailing: Mailing, now: datetime) -> None:
    """One that says nothing is not sent."""
    first, _last = recipients.month_before(due.at)
    locale = _locale(begin, due.customer)
    drawn = None
    if locale is not None:
        of = {"customer": due.customer, "locale": locale, "vendor": due.vendor, "mode": due.mode}
        drawn = mailing.invoices.statement(f"{first:%Y-%m}", **of)
    with begin() as session:
        row = session.get(DocumentRecipient, due.id, with_for_update=True)
        if row is None or row.statement_due != due.at:
            return
        row.statement_due = recipients.statement_due(row.documents, is_confirmed=row.is_confirmed, after=now)
        if drawn is not None:
            telling.send_statement(session, row, due=due.at, now=now)


def _locale(begin: Begin, customer: str) -> str | None:
    """The customer's; None for one that is not known here, to whom nothing is sent."""
    try:
        with begin() as session:
            return recipient_of(session, customer).locale or i18n.DEFAULT
    except Later:
        return None
