"""Withdrawing a change that has not happened yet: one that waits for the end of the period, or for the customer's
bank."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions import changes, proof
from services.portal.actions.operations import action_log
from services.portal.actions.payments import voiding
from services.portal.actions.subscriptions.loading import Loaded, load, require_allowed, touch
from services.portal.actions.subscriptions.prepare_change import NAME
from services.portal.actions.subscriptions.under_way import OPEN, PaymentUnderWay
from services.portal.models import Payment
from services.portal.rules.assurance import Requester
from services.portal.rules.policy import Action
from services.portal.rules.subscriptions import agreed
from services.portal.rules.subscriptions.agreed import Target

WITHDRAWABLE = "action_required"


@dataclass(frozen=True, kw_only=True)
class Withdrawn:
    """What will not happen; None when nothing was to come."""

    subscription: str
    target: Target | None


def undo_change(
    session: Session,
    *,
    subscription_id: str,
    by: Requester,
    check: changes.Check = changes.anything,
    now: datetime,
) -> Withdrawn:
    """Withdraw it. Raises NotFound, StepUpRequired, PaymentUnderWay while the processor has not answered, and what the
    policy refuses with."""
    loaded = load(session, subscription_id=subscription_id, by=by, lock=True)
    row = loaded.row
    check(row.revision)
    payment = _open_payment(session, loaded)
    scheduled = agreed.of(row.scheduled_change)
    if payment is None and scheduled is None:
        return Withdrawn(subscription=row.id, target=None)
    target = scheduled or Target(**(payment.after or {})["target"] if payment else {})
    action = Action.CHANGE_PLAN if target.plan != row.plan else Action.CHANGE_QUANTITY
    require_allowed(action, loaded, by=by, now=now)
    # it takes nothing away, like undoing a cancel
    proof.require(Action.UNDO_CANCEL, by=by, portal=loaded.portal, now=now)
    if payment is not None:
        payment.after = {**(payment.after or {}), "is_withdrawn": True}
        voiding.void(session, payment)
    row.scheduled_change = None
    touch(row, now=now)
    before = {"plan": target.plan, "quantity": target.quantity, "at": target.at}
    action_log.write(session, action="subscription.change_withdrawn", of=row.id, before=before, after=None, now=now)
    proof.tell(session, action, by=by, done_to=row.id, customer=row.customer, now=now)
    return Withdrawn(subscription=row.id, target=target)


def _open_payment(session: Session, loaded: Loaded) -> Payment | None:
    """The change's own payment, locked. Raises PaymentUnderWay while nobody knows what became of it."""
    payment = session.scalars(
        select(Payment)
        .where(Payment.subscription == loaded.row.id, Payment.kind == NAME, Payment.status.in_(OPEN))
        .with_for_update()
    ).one_or_none()
    if payment is not None and payment.status != WITHDRAWABLE:
        raise PaymentUnderWay
    return payment
