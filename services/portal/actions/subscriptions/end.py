"""Ending canceled subscriptions when their time has come, once, however many workers look."""

from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.actions.subscriptions.cancel import ended
from services.portal.models import Plan, Subscription
from services.portal.rules.subscriptions.lifecycle import Move, Status, after
from shared.bus import outbox
from shared.database import scope
from shared.events import Mode

JOB = "end_canceled"


def end_due(session: Session, *, limit: int, now: datetime) -> int:
    """End those of all vendors whose `ends_at` has passed, the oldest first. How many; rows others hold are skipped."""
    with scope.platform():
        due = session.execute(
            select(Subscription, Plan.name)
            .join(Plan, Plan.id == Subscription.plan)
            .where(Subscription.status == Status.CANCELED, Subscription.ends_at <= now)
            .order_by(Subscription.ends_at)
            .limit(limit)
            .with_for_update(of=Subscription, skip_locked=True)
        ).all()
    for row, plan_name in due:
        with scope.system(vendor=row.vendor, mode=cast("Mode", row.mode), job=JOB):
            _end(session, row, plan_name, now)
    return len(due)


def _end(session: Session, row: Subscription, plan_name: str, now: datetime) -> None:
    before = {"status": row.status.value}
    row.status = after(row.status, Move.END)
    row.ended_at = row.ends_at
    row.revision += 1
    action_log.write(
        session, action="subscription.ended", of=row.id, before=before, after={"status": row.status.value}, now=now
    )
    if row.ended_at is not None:
        outbox.record(session, ended(row, plan_name=plan_name, ended_at=row.ended_at), at=now)
    session.flush()
