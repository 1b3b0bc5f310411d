"""Subscriptions as the API shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session

from services.portal.models import Payment, Plan, Product, Subscription
from services.portal.queries import agreements, payments
from services.portal.queries.payments import PaymentView
from services.portal.rules.subscriptions import agreed
from services.portal.rules.subscriptions.lifecycle import Status
from services.portal.rules.subscriptions.period import Interval
from shared.errors import NotFound
from shared.money import Money

OWED = ("pending", "open", "action_required", "unknown")
_OVER = (Status.CANCELED, Status.ENDED)


@dataclass(frozen=True, kw_only=True)
class NextChargeView:
    """What will be charged, when."""

    at: datetime
    net: Money
    tax: Money
    total: Money
    tax_rate: int


@dataclass(frozen=True, kw_only=True)
class ScheduledChangeView:
    """What it changes to at the end of the period. `unit_amount` in minor units."""

    plan: str
    plan_name: str
    quantity: int
    unit_amount: int
    currency: str
    interval: str
    interval_count: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class SubscriptionView:
    """A subscription as the API shows it."""

    id: str
    customer: str
    plan: str
    product: str
    order_number: str
    status: Status
    quantity: int
    unit_amount: int
    currency: str
    interval: Interval
    interval_count: int
    tax_rate: int
    tax_behavior: str
    collection: str
    payment_method: str | None
    po_number: str | None
    started_at: datetime
    trial_end: datetime | None
    current_period_start: datetime
    current_period_end: datetime
    next_charge: NextChargeView | None
    open_payment: PaymentView | None
    pauses_at: datetime | None
    paused_at: datetime | None
    resumes_at: datetime | None
    scheduled_change: ScheduledChangeView | None
    discount: dict[str, Any] | None
    addons: list[dict[str, Any]]
    resubscribed_from: str | None
    canceled_at: datetime | None
    ends_at: datetime | None
    ended_at: datetime | None
    cancellation_feedback: str | None
    cancellation_comment: str | None
    cancel: str
    cancel_timing: str | None
    cancel_message: str | None
    policies: dict[str, Any]
    switches: list[Any] | None
    source: str
    source_id: str | None
    created_at: datetime
    revision: int


def record(session: Session, *, subscription_id: str, now: datetime) -> SubscriptionView:
    """One as the API shows it. Raises NotFound."""
    row, plan, _product = row_with_plan(session, subscription_id)
    owed = open_payments(session, [row])
    return view(row, description=plan.name, owed=owed.get(row.id), now=now)


def customer_of(session: Session, subscription_id: str) -> str | None:
    """Whose it is; None where it is nobody's in scope."""
    return session.scalar(select(Subscription.customer).where(Subscription.id == subscription_id))


def row_with_plan(session: Session, subscription_id: str) -> Row[Subscription, Plan, Product]:
    """A row with its plan and product. Raises NotFound."""
    found = session.execute(_ONE, {"subscription": subscription_id}).one_or_none()
    if found is None:
        raise NotFound
    return found


def records(session: Session, rows: Sequence[Subscription], *, now: datetime) -> list[SubscriptionView]:
    """Rows as the API shows them, in their order. Two statements."""
    names: dict[str, str] = dict(
        session.execute(select(Plan.id, Plan.name).where(Plan.id.in_({row.plan for row in rows}))).all()
    )
    owed = open_payments(session, rows)
    return [view(row, description=names[row.plan], owed=owed.get(row.id), now=now) for row in rows]


def listing(*, customer: str | None, status: str | None, now: datetime) -> Select[Subscription]:
    """Those of a customer, in a state; None means any."""
    statement = select(Subscription)
    if customer is not None:
        statement = statement.where(Subscription.customer == customer)
    if status is None:
        return statement
    is_over = (Subscription.status == Status.CANCELED) & (Subscription.ends_at <= now)
    if status == Status.ENDED:
        return statement.where((Subscription.status == Status.ENDED) | is_over)
    return statement.where(Subscription.status == Status(status), ~is_over)


def open_payments(session: Session, rows: Sequence[Subscription]) -> dict[str, PaymentView]:
    """What is owed for each, the oldest first, by subscription. One statement."""
    if not rows:
        return {}
    found = session.scalars(_OWED, {"subscriptions": [row.id for row in rows]})
    return {payment.subscription: payments.view(payment) for payment in found if payment.subscription is not None}


def view(row: Subscription, *, description: str, owed: PaymentView | None = None, now: datetime) -> SubscriptionView:
    """A row as the API shows it. What was planned is nothing any more once it is canceled."""
    running = agreements.running_period(row, now=now)
    status = agreements.status_at(row, now=now)
    is_planned = status not in _OVER
    return SubscriptionView(
        id=row.id,
        customer=row.customer,
        plan=row.plan,
        product=row.product,
        order_number=row.order_number,
        status=status,
        quantity=row.quantity,
        unit_amount=row.unit_amount,
        currency=row.currency,
        interval=Interval(row.interval),
        interval_count=row.interval_count,
        tax_rate=row.tax_rate,
        tax_behavior=row.tax_behavior,
        collection=row.collection,
        payment_method=row.payment_method,
        po_number=row.po_number,
        started_at=row.started_at,
        trial_end=row.trial_end,
        current_period_start=row.current_period_start if status is Status.ENDED else running.start,
        current_period_end=row.current_period_end if status is Status.ENDED else running.end,
        next_charge=next_charge(row, description=description, now=now),
        open_payment=owed,
        pauses_at=row.pauses_at if is_planned else None,
        paused_at=row.paused_at,
        resumes_at=row.resumes_at if is_planned else None,
        scheduled_change=_scheduled(row) if is_planned else None,
        discount=row.discount,
        addons=list(row.addons or ()),
        resubscribed_from=row.resubscribed_from,
        canceled_at=row.canceled_at,
        ends_at=row.ends_at,
        ended_at=row.ends_at if status is Status.ENDED and row.ended_at is None else row.ended_at,
        cancellation_feedback=row.cancellation_feedback,
        cancellation_comment=row.cancellation_comment,
        cancel=row.cancel,
        cancel_timing=row.cancel_timing,
        cancel_message=row.cancel_message,
        policies=row.policies,
        switches=row.switches,
        source=row.source,
        source_id=row.source_id,
        created_at=row.created_at,
        revision=row.revision,
    )


@dataclass(frozen=True, kw_only=True)
class Numbered:
    """A subscription that goes on, with the purchase order number of its invoices."""

    id: str
    plan_name: str
    order_number: str
    po_number: str | None


def with_po_numbers(session: Session, *, customer_id: str) -> list[Numbered]:
    """Those of this customer that are not over, oldest first."""
    found = session.execute(
        select(Subscription.id, Plan.name, Subscription.order_number, Subscription.po_number)
        .join(Plan, Plan.id == Subscription.plan)
        .where(Subscription.customer == customer_id, Subscription.status != Status.ENDED)
        .order_by(Subscription.id)
    )
    return [
        Numbered(id=id_, plan_name=name, order_number=order, po_number=number) for id_, name, order, number in found
    ]


def with_plan() -> Select[Subscription, Plan, Product]:
    """Rows with their plan and product."""
    return (
        select(Subscription, Plan, Product)
        .join(Plan, Plan.id == Subscription.plan)
        .join(Product, Product.id == Subscription.product)
    )


_ONE: Final = with_plan().where(Subscription.id == bindparam("subscription"))
_OWED: Final = (
    select(Payment)
    .where(Payment.subscription.in_(bindparam("subscriptions", expanding=True)), Payment.status.in_(OWED))
    .order_by(Payment.id.desc())
)


def next_charge(row: Subscription, *, description: str, now: datetime) -> NextChargeView | None:
    """What will be charged next, to the cent."""
    charge = agreements.next_charge(row, description=description, now=now)
    if charge is None:
        return None
    totals = charge.totals
    return NextChargeView(
        at=charge.at,
        net=Money(totals.net, totals.currency),
        tax=Money(totals.tax, totals.currency),
        total=Money(totals.total, totals.currency),
        tax_rate=charge.terms.tax_rate,
    )


def _scheduled(row: Subscription) -> ScheduledChangeView | None:
    target = agreed.of(row.scheduled_change)
    if target is None:
        return None
    return ScheduledChangeView(
        plan=target.plan,
        plan_name=target.plan_name,
        quantity=target.quantity,
        unit_amount=target.unit_amount,
        currency=target.currency,
        interval=target.interval,
        interval_count=target.interval_count,
        at=target.moment,
    )
