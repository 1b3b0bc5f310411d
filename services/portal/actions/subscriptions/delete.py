"""Deleting a subscription that is over: gone from every list and page, its payments and invoices stay."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.portal.actions import changes
from services.portal.actions.operations import action_log
from services.portal.models import Customer, Plan, Subscription
from services.portal.models.subscriptions import WITH_DELETED
from services.portal.queries import unsettled
from services.portal.rules.subscriptions import deletion
from shared.bus import outbox
from shared.errors import NotFound
from shared.events import SubscriptionDeleted


def delete(session: Session, *, subscription_id: str, check: changes.Check = changes.anything, now: datetime) -> None:
    """Delete it; one that is deleted stays so. Raises NotFound, PreconditionFailed, InvalidState, PaymentsOpen."""
    found = session.execute(
        select(Subscription.customer, Subscription.deleted_at).where(Subscription.id == subscription_id),
        execution_options={WITH_DELETED: True},
    ).one_or_none()
    if found is None:
        raise NotFound
    if found.deleted_at is not None:
        return
    # The customer first, so that of two who delete their last two subscriptions one sees that none is left.
    session.execute(select(Customer.id).where(Customer.id == found.customer).with_for_update())
    row = session.scalars(
        select(Subscription).where(Subscription.id == subscription_id).with_for_update(),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if row is None:
        return
    check(row.revision)
    deletion.decide(status=row.status, is_unsettled=unsettled.of_subscription(session, row.id))
    _delete(session, row, now=now)


def _delete(session: Session, row: Subscription, *, now: datetime) -> None:
    row.deleted_at = now
    row.revision += 1
    session.flush()
    before = {"status": row.status.value, "plan": row.plan, "order_number": row.order_number}
    action_log.write(
        session, action="subscription.deleted", of=row.id, customer=row.customer, before=before, after=None, now=now
    )
    left = session.scalar(select(func.count(Subscription.id)).where(Subscription.customer == row.customer))
    outbox.record(
        session,
        SubscriptionDeleted(
            subscription=row.id,
            customer=row.customer,
            plan=row.plan,
            plan_name=session.get_one(Plan, row.plan).name,
            deleted_at=now.isoformat(),
            remaining=left or 0,
            revision=row.revision,
        ),
        at=now,
    )
