"""Taking a scheduled cancel back: the same subscription, the same price, renewal as before."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.actions.subscriptions.loading import load, require_allowed
from services.portal.queries import agreements
from services.portal.rules import assurance
from services.portal.rules.assurance import Requester
from services.portal.rules.policy import Action
from services.portal.rules.subscriptions import undo
from services.portal.rules.subscriptions.lifecycle import Status
from shared.bus import outbox
from shared.events import SubscriptionUncanceled


@dataclass(frozen=True, kw_only=True)
class Uncanceled:
    """What became of it. `changed` is false when there was nothing to undo."""

    subscription: str
    status: Status
    renews_at: datetime
    changed: bool


def undo_cancel(session: Session, *, subscription_id: str, by: Requester, now: datetime) -> Uncanceled:
    """Undo it. Raises NotFound, InvalidState, StepUpRequired, and what the policy refuses with."""
    loaded = load(session, subscription_id=subscription_id, by=by, lock=True)
    row = loaded.row
    found = undo.decide(status=agreements.status_at(row, now=now), ends_at=row.ends_at, now=now)
    renews_at = agreements.running_period(row, now=now).end
    if found.changed:
        require_allowed(Action.UNDO_CANCEL, loaded, by=by, now=now)
        assurance.require(action=Action.UNDO_CANCEL, by=by, now=now)
        before = {"status": row.status.value, "ends_at": row.ends_at.isoformat() if row.ends_at else None}
        row.status, row.canceled_at, row.ends_at = found.status, None, None
        row.cancellation_feedback = row.cancellation_comment = None
        row.revision += 1
        after = {"status": row.status.value, "renews_at": renews_at.isoformat()}
        action_log.write(session, action="subscription.uncanceled", of=row.id, before=before, after=after, now=now)
        outbox.record(
            session,
            SubscriptionUncanceled(
                subscription=row.id,
                customer=row.customer,
                plan=row.plan,
                plan_name=loaded.plan.name,
                renews_at=renews_at.isoformat(),
                revision=row.revision,
            ),
            at=now,
        )
    return Uncanceled(subscription=row.id, status=found.status, renews_at=renews_at, changed=found.changed)
