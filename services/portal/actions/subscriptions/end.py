"""A canceled subscription whose time has come is over; what waited for its next renewal is settled."""

from datetime import datetime

from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.actions.payments.bills import Bill
from services.portal.actions.subscriptions import closing
from services.portal.actions.subscriptions.cancel import ended
from services.portal.actions.subscriptions.loading import touch
from services.portal.models import Subscription
from services.portal.rules.subscriptions.lifecycle import Move, after
from shared.bus import outbox


def end(session: Session, row: Subscription, *, plan_name: str, now: datetime) -> Bill | None:
    """End it at its `ends_at`, whenever anybody looks; its last bill, where there is one, is the caller's to open.

    The caller holds its lock and knows that it is due.
    """
    before = {"status": row.status.value}
    row.status = after(row.status, Move.END)
    row.ended_at = row.ends_at or now
    touch(row, now=now)
    then = {"status": row.status.value}
    action_log.write(session, action="subscription.ended", of=row.id, before=before, after=then, now=now)
    outbox.record(session, ended(row, plan_name=plan_name, ended_at=row.ended_at), at=now)
    return closing.take(row)
