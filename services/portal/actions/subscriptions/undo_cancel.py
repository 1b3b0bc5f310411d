"""Taking a scheduled cancel back: the same subscription, the same price, everything as before."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions import proof
from services.portal.actions.operations import action_log
from services.portal.actions.sources import asking
from services.portal.actions.subscriptions.cancel import HELD
from services.portal.actions.subscriptions.loading import load, require_allowed, touch
from services.portal.models import Payment, Subscription
from services.portal.queries import agreements
from services.portal.rules.assurance import Requester
from services.portal.rules.policy import Action
from services.portal.rules.sources import support
from services.portal.rules.subscriptions import undo
from services.portal.rules.subscriptions.lifecycle import Status
from shared.bus import outbox
from shared.events import SubscriptionUncanceled

_OWED = ("pending", "open", "action_required", "unknown")


@dataclass(frozen=True, kw_only=True)
class Uncanceled:
    """What became of it. `changed` is false when there was nothing to undo. `sources`: the call to carry out, where it
    is billed elsewhere."""

    subscription: str
    status: Status
    renews_at: datetime
    changed: bool
    sources: tuple[str, ...] = ()


def undo_cancel(session: Session, *, subscription_id: str, by: Requester, now: datetime) -> Uncanceled:
    """Undo it. Raises NotFound, InvalidState, StepUpRequired, and what the policy refuses with."""
    loaded = load(session, subscription_id=subscription_id, by=by, lock=True)
    row = loaded.row
    owed = list(session.scalars(select(Payment).where(Payment.subscription == row.id, Payment.status.in_(_OWED))))
    found = undo.decide(
        status=agreements.status_at(row, now=now),
        canceled_from=Status(row.canceled_from) if row.canceled_from else None,
        owes=bool(owed),
        ends_at=row.ends_at,
        now=now,
    )
    sources: tuple[str, ...] = ()
    if found.changed:
        require_allowed(Action.UNDO_CANCEL, loaded, by=by, now=now)
        proof.require(Action.UNDO_CANCEL, by=by, portal=loaded.portal, now=now)
        if support.is_elsewhere(row.source):
            at = "period_end" if (row.source_state or {}).get("cancels_at_period_end") else "moment"
            sources = (asking.ask(session, row, action=Action.UNDO_CANCEL, params={"at": at}, now=now),)
        else:
            _save(session, row, found.status, owed, plan_name=loaded.plan.name, now=now)
        proof.tell(session, Action.UNDO_CANCEL, by=by, done_to=row.id, customer=row.customer, now=now)
    renews_at = agreements.running_period(row, now=now).end
    return Uncanceled(
        subscription=row.id, status=found.status, renews_at=renews_at, changed=found.changed, sources=sources
    )


def _save(
    session: Session, row: Subscription, status: Status, owed: list[Payment], *, plan_name: str, now: datetime
) -> None:
    before = {"status": row.status.value, "ends_at": row.ends_at.isoformat() if row.ends_at else None}
    row.status = status
    row.canceled_at = row.ends_at = row.canceled_from = None
    row.cancellation_feedback = row.cancellation_comment = None
    if status is Status.PAST_DUE:
        for payment in owed:
            _retry_again(payment, now)
    touch(row, now=now)
    renews_at = agreements.running_period(row, now=now).end
    after = {"status": status.value, "renews_at": renews_at.isoformat()}
    action_log.write(session, action="subscription.uncanceled", of=row.id, before=before, after=after, now=now)
    outbox.record(
        session,
        SubscriptionUncanceled(
            subscription=row.id,
            customer=row.customer,
            plan=row.plan,
            plan_name=plan_name,
            renews_at=renews_at.isoformat(),
            revision=row.revision,
        ),
        at=now,
    )


def _retry_again(payment: Payment, now: datetime) -> None:
    """The date it had before the cancel; now, where that has passed meanwhile."""
    held = (payment.after or {}).get(HELD)
    if held is not None and payment.status == "open":
        payment.retry_at = max(datetime.fromisoformat(held), now)
        payment.after = {name: value for name, value in (payment.after or {}).items() if name != HELD} or None
