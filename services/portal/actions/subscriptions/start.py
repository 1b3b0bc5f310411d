"""A new subscription, at the plan's terms of this moment; and the few things a vendor may change about it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions import changes
from services.portal.actions.operations import action_log
from services.portal.models import Customer, Plan, Product, Subscription
from services.portal.queries import subscriptions as queries
from services.portal.queries.subscriptions import SubscriptionView
from services.portal.rules.subscriptions.lifecycle import Status
from services.portal.rules.subscriptions.period import Interval
from services.portal.rules.subscriptions.period import calculate as period_containing
from shared import ids
from shared.bus import outbox
from shared.errors import Conflict, FieldError, Invalid, NotFound
from shared.events import SubscriptionStarted


class PlanArchived(Conflict):
    """Nobody can newly subscribe to an archived plan."""

    code = "plan_archived"


def start(
    session: Session,
    *,
    customer: str,
    plan: str,
    quantity: int = 1,
    started_at: datetime | None = None,
    now: datetime,
) -> SubscriptionView:
    """Start one, now or at a moment of the past. Raises NotFound, PlanArchived, Invalid."""
    if session.scalar(select(Customer.id).where(Customer.id == customer)) is None:
        raise NotFound
    found = session.execute(
        select(Plan, Product).join(Product, Product.id == Plan.product).where(Plan.id == plan)
    ).one_or_none()
    if found is None:
        raise NotFound
    of_plan, of_product = found
    if of_plan.archived_at is not None or of_product.archived_at is not None:
        raise PlanArchived
    anchor = started_at or now
    if anchor > now:
        raise Invalid(FieldError.of("started_at", "date_in_future"))
    row = Subscription(**columns(of_plan, of_product, customer=customer, quantity=quantity, anchor=anchor, now=now))
    session.add(row)
    after = {"customer": customer, "plan": plan, "quantity": quantity}
    action_log.write(session, action="subscription.started", of=row.id, before=None, after=after, now=now)
    outbox.record(session, started(row, plan_name=of_plan.name, imported=False), at=now)
    return queries.view(row, description=of_plan.name, now=now)


def update(
    session: Session,
    *,
    subscription_id: str,
    values: Mapping[str, Any],
    check: changes.Check = changes.anything,
    now: datetime,
) -> SubscriptionView:
    """Change what this one says of canceling. Raises NotFound, PreconditionFailed."""
    row = session.scalars(
        select(Subscription).where(Subscription.id == subscription_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound
    check(row.revision)
    changed = changes.apply(row, values)
    if changed:
        before, after = changed.before, changed.after
        action_log.write(session, action="subscription.updated", of=row.id, before=before, after=after, now=now)
    return queries.record(session, subscription_id=row.id, now=now)


def columns(
    plan: Plan, product: Product, *, customer: str, quantity: int, anchor: datetime, now: datetime
) -> dict[str, Any]:
    """The columns of an active subscription to `plan`."""
    running = period_containing(
        anchor=anchor, interval=Interval(plan.interval), interval_count=plan.interval_count, at=now
    )
    return {
        "id": ids.new("sub"),
        "customer": customer,
        "plan": plan.id,
        "product": plan.product,
        "order_number": ids.order_number(),
        "status": Status.ACTIVE,
        "quantity": quantity,
        "unit_amount": plan.unit_amount,
        "currency": plan.currency,
        "interval": plan.interval,
        "interval_count": plan.interval_count,
        "tax_rate": product.tax_rate,
        "tax_behavior": product.tax_behavior,
        "anchor": anchor,
        "started_at": anchor,
        "current_period_start": running.start,
        "current_period_end": running.end,
        "canceled_at": None,
        "ends_at": None,
        "ended_at": None,
        "cancellation_feedback": None,
        "cancellation_comment": None,
        "cancel": "inherit",
        "cancel_message": None,
        "source_key": None,
        "created_at": now,
        "revision": 1,
    }


def started(row: Subscription, *, plan_name: str, imported: bool) -> SubscriptionStarted:
    """What others are told of a new one."""
    return SubscriptionStarted(
        subscription=row.id,
        customer=row.customer,
        plan=row.plan,
        plan_name=plan_name,
        product=row.product,
        status=row.status.value,
        quantity=row.quantity,
        unit_amount=row.unit_amount,
        currency=row.currency,
        interval=row.interval,
        interval_count=row.interval_count,
        current_period_start=row.current_period_start.isoformat(),
        current_period_end=row.current_period_end.isoformat(),
        imported=imported,
        revision=row.revision,
    )
