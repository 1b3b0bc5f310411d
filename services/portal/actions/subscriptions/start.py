"""A new subscription, at the plan's terms of this moment; and the few things a vendor may change about it.

One that the engine charges, without a trial, is charged at once. Until that is paid it is `past_due` and nobody has
been told of it; declined, it ends as if it had never begun, unless its vendor asked to keep it past due.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions import changes, plan_groups
from services.portal.actions.operations import action_log
from services.portal.actions.payments import bills
from services.portal.actions.subscriptions import coupons, first_charge
from services.portal.models import PaymentMethod, Plan, Product, Subscription
from services.portal.queries import customers
from services.portal.queries import subscriptions as queries
from services.portal.queries.subscriptions import SubscriptionView
from services.portal.rules.payments.outcome import Result
from services.portal.rules.reasons import NotSupportedBySource, PlanArchived
from services.portal.rules.subscriptions import beginning, due
from services.portal.rules.subscriptions.beginning import Beginning
from services.portal.rules.subscriptions.lifecycle import Status
from services.portal.rules.subscriptions.period import Interval
from services.portal.rules.subscriptions.period import calculate as period_containing
from shared import ids
from shared.bus import outbox
from shared.errors import FieldError, Invalid, NotFound
from shared.events import SubscriptionStarted


@dataclass(frozen=True, kw_only=True)
class Started:
    """What was started, and the charge to make. `outcome`: that charge is settled already."""

    id: str
    view: SubscriptionView
    intent: bills.Intent | None = None
    outcome: Result | None = None
    payment: str | None = None


def start(
    session: Session,
    *,
    customer: str,
    plan: str,
    quantity: int = 1,
    started_at: datetime | None = None,
    collection: str | None = None,
    payment_method: str | None = None,
    coupon: str | None = None,
    po_number: str | None = None,
    allow_past_due: bool = False,
    resubscribed_from: str | None = None,
    off_session: bool = True,
    now: datetime,
) -> Started:
    """Start one, now or at a moment of the past. Carry out the `intent` afterwards.

    `collection` left out: `automatic` where a payment method is named or the customer has one, else `external`.
    Raises NotFound, CustomerErased, PlanArchived, Invalid, NoPaymentMethod, and what the coupon refuses with.
    """
    customers.require_living(session, customer)
    of_plan, of_product = sold(session, plan)
    anchor = started_at or now
    if anchor > now:
        raise Invalid(FieldError.of("started_at", "date_in_future"))
    begins = beginning.decide(
        collection=collection,
        names_payment_method=payment_method is not None,
        has_payment_method=has_card(session, customer, payment_method),
        began_earlier=anchor < now,
        trial_days=0 if resubscribed_from else of_plan.trial_days,
        allow_past_due=allow_past_due,
        anchor=anchor,
        now=now,
    )
    values = columns(of_plan, of_product, customer=customer, quantity=quantity, anchor=anchor, now=now)
    row = Subscription(**values | _begun(begins, payment_method, resubscribed_from), po_number=po_number)
    row.due_at = due.calculate(status=row.status, current_period_end=row.current_period_end, trial_end=row.trial_end)
    session.add(row)
    session.flush()
    if coupon is not None:
        coupons.redeem(session, row, code=coupon, now=now)
    after = {"customer": customer, "plan": plan, "quantity": quantity, "collection": row.collection}
    action_log.write(session, action="subscription.started", of=row.id, before=None, after=after, now=now)
    if begins.is_charged_now:
        return _charge(session, row, of_plan, allow_past_due=allow_past_due, off_session=off_session, now=now)
    outbox.record(session, started(row, plan_name=of_plan.name, imported=False), at=now)
    return Started(id=row.id, view=queries.view(row, description=of_plan.name, now=now))


def _charge(
    session: Session, row: Subscription, plan: Plan, *, allow_past_due: bool, off_session: bool, now: datetime
) -> Started:
    """The first charge; with it the subscription begins, or does not."""
    after = {"allow_past_due": allow_past_due}
    opened = first_charge.open_first(session, row, plan, after=after, off_session=off_session, now=now)
    view = queries.view(row, description=plan.name, now=now)
    return Started(id=row.id, view=view, intent=opened.intent, outcome=opened.outcome, payment=opened.payment.id)


def sold(session: Session, plan: str) -> tuple[Plan, Product]:
    """A plan that takes subscribers in here, with its product. Raises NotFound, PlanArchived, NotSupportedBySource."""
    found = session.execute(
        select(Plan, Product).join(Product, Product.id == Plan.product).where(Plan.id == plan)
    ).one_or_none()
    if found is None:
        raise NotFound
    of_plan, of_product = found
    if of_plan.archived_at is not None or of_product.archived_at is not None:
        raise PlanArchived
    if of_plan.source_id is not None:
        raise NotSupportedBySource
    return of_plan, of_product


def update(
    session: Session,
    *,
    subscription_id: str,
    values: Mapping[str, Any],
    check: changes.Check = changes.anything,
    now: datetime,
) -> SubscriptionView:
    """Change what this one says of its customer's actions. Raises NotFound, Invalid, PreconditionFailed."""
    plan_groups.require_plans(session, values.get("switches") or ())
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
    """The columns of an active subscription to `plan` whose money the vendor collects."""
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
        "collection": "external",
        "due_at": running.end,
        "pending_lines": [],
        "addons": [],
        "addons_amount": 0,
        "policies": {},
        "cancellation_feedback": None,
        "cancellation_comment": None,
        "cancel": "inherit",
        "cancel_message": None,
        "source_key": None,
        "source": "native",
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


def _begun(begins: Beginning, payment_method: str | None, resubscribed_from: str | None) -> dict[str, Any]:
    """What differs from an active subscription that its vendor collects."""
    own = {
        "status": begins.status,
        "collection": begins.collection,
        "payment_method": payment_method,
        "resubscribed_from": resubscribed_from,
    }
    if begins.trial_end is None:
        return own
    return own | {"trial_end": begins.trial_end, "anchor": begins.trial_end, "current_period_end": begins.trial_end}


def has_card(session: Session, customer: str, named: str | None) -> bool:
    """The one that is named, else a default one. Raises NotFound for a name that is not the customer's."""
    is_it = PaymentMethod.is_default if named is None else PaymentMethod.id == named
    found = session.scalar(
        select(PaymentMethod.id).where(PaymentMethod.customer == customer, PaymentMethod.removed_at.is_(None), is_it)
    )
    if named is not None and found is None:
        raise NotFound
    return found is not None
