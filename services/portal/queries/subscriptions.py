"""What a customer has running: the card of a subscription, and the record that the API shows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, case, select
from sqlalchemy.orm import Session

from services.portal.models import Plan, Product, Subscription
from services.portal.queries import agreements
from services.portal.queries.portals import PortalView, hidden_products
from services.portal.rules.assurance import Requester
from services.portal.rules.policy import Action, Answer
from services.portal.rules.subscriptions.lifecycle import Status
from services.portal.rules.subscriptions.period import Interval
from shared.errors import NotFound
from shared.money import Money

MOST_CARDS: Final = 100
_ORDER: Final = case({Status.ACTIVE: 0, Status.CANCELED: 1}, value=Subscription.status, else_=2)

ActionState = Answer
"""May the customer do it: `action`, `decision`, `reason`, `message`, `.is_allowed`."""


@dataclass(frozen=True, kw_only=True)
class NextChargeView:
    """What will be charged, when."""

    at: datetime
    net: Money
    tax: Money
    total: Money
    tax_rate: int


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
    started_at: datetime
    current_period_start: datetime
    current_period_end: datetime
    next_charge: NextChargeView | None
    canceled_at: datetime | None
    ends_at: datetime | None
    ended_at: datetime | None
    cancellation_feedback: str | None
    cancellation_comment: str | None
    cancel: str
    cancel_message: str | None
    created_at: datetime
    revision: int


@dataclass(frozen=True, kw_only=True)
class SubscriptionCard:
    """A subscription as its customer sees it, with what they may do about it."""

    id: str
    customer: str
    order_number: str
    status: Status
    product_name: str
    product_description: str | None
    plan_name: str
    quantity: int
    unit_label: str | None
    unit_price: Money
    interval: Interval
    interval_count: int
    tax_rate: int
    tax_behavior: str
    started_at: datetime
    current_period_start: datetime
    current_period_end: datetime
    next_charge: NextChargeView | None
    canceled_at: datetime | None
    ends_at: datetime | None
    ended_at: datetime | None
    cancel: ActionState
    undo_cancel: ActionState
    revision: int


def cards(
    session: Session, *, portal: PortalView, hidden: Collection[str], by: Requester, now: datetime
) -> tuple[SubscriptionCard, ...]:
    """Those in scope: active ones first, then canceled, then ended, each newest first. One statement."""
    found = session.execute(_with_plan().order_by(_ORDER, Subscription.started_at.desc()).limit(MOST_CARDS)).all()
    return tuple(
        _card(row, plan, product, portal=portal, by=by, now=now)
        for row, plan, product in found
        if row.product not in hidden
    )


def card(
    session: Session, *, subscription_id: str, portal: PortalView, by: Requester, now: datetime
) -> SubscriptionCard:
    """One of them. Raises NotFound, also for what this portal does not show."""
    found = session.execute(_with_plan().where(Subscription.id == subscription_id)).one_or_none()
    if found is None or found[0].product in hidden_products(session, portal=portal):
        raise NotFound
    row, plan, product = found
    return _card(row, plan, product, portal=portal, by=by, now=now)


def record(session: Session, *, subscription_id: str, now: datetime) -> SubscriptionView:
    """One as the API shows it. Raises NotFound."""
    found = session.execute(_with_plan().where(Subscription.id == subscription_id)).one_or_none()
    if found is None:
        raise NotFound
    row, plan, _product = found
    return view(row, description=plan.name, now=now)


def records(session: Session, rows: Sequence[Subscription], *, now: datetime) -> list[SubscriptionView]:
    """Rows as the API shows them, in their order. One statement."""
    names: dict[str, str] = dict(
        session.execute(select(Plan.id, Plan.name).where(Plan.id.in_({row.plan for row in rows}))).all()
    )
    return [view(row, description=names[row.plan], now=now) for row in rows]


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


def explain(
    session: Session, *, subscription_id: str, action: Action, portal: PortalView, by: Requester, now: datetime
) -> Answer:
    """What the policy says of an action, and which level said it. Raises NotFound."""
    found = session.execute(_with_plan().where(Subscription.id == subscription_id)).one_or_none()
    if found is None:
        raise NotFound
    row, plan, product = found
    return agreements.answer(action, by=by, portal=portal, row=row, plan=plan, product=product, now=now)


def view(row: Subscription, *, description: str, now: datetime) -> SubscriptionView:
    """A row as the API shows it."""
    running = agreements.running_period(row, now=now)
    status = agreements.status_at(row, now=now)
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
        started_at=row.started_at,
        current_period_start=row.current_period_start if status is Status.ENDED else running.start,
        current_period_end=row.current_period_end if status is Status.ENDED else running.end,
        next_charge=_next_charge(row, description=description, now=now),
        canceled_at=row.canceled_at,
        ends_at=row.ends_at,
        ended_at=row.ends_at if status is Status.ENDED and row.ended_at is None else row.ended_at,
        cancellation_feedback=row.cancellation_feedback,
        cancellation_comment=row.cancellation_comment,
        cancel=row.cancel,
        cancel_message=row.cancel_message,
        created_at=row.created_at,
        revision=row.revision,
    )


def _with_plan() -> Select[Subscription, Plan, Product]:
    return (
        select(Subscription, Plan, Product)
        .join(Plan, Plan.id == Subscription.plan)
        .join(Product, Product.id == Subscription.product)
    )


def _card(
    row: Subscription, plan: Plan, product: Product, *, portal: PortalView, by: Requester, now: datetime
) -> SubscriptionCard:
    shown = view(row, description=plan.name, now=now)
    cancel, undo = (
        agreements.answer(action, by=by, portal=portal, row=row, plan=plan, product=product, now=now)
        for action in (Action.CANCEL, Action.UNDO_CANCEL)
    )
    return SubscriptionCard(
        id=shown.id,
        customer=shown.customer,
        order_number=shown.order_number,
        status=shown.status,
        product_name=product.name,
        product_description=product.description,
        plan_name=plan.name,
        quantity=shown.quantity,
        unit_label=product.unit_label,
        unit_price=Money(shown.unit_amount, shown.currency),
        interval=shown.interval,
        interval_count=shown.interval_count,
        tax_rate=shown.tax_rate,
        tax_behavior=shown.tax_behavior,
        started_at=shown.started_at,
        current_period_start=shown.current_period_start,
        current_period_end=shown.current_period_end,
        next_charge=shown.next_charge,
        canceled_at=shown.canceled_at,
        ends_at=shown.ends_at,
        ended_at=shown.ended_at,
        cancel=cancel,
        undo_cancel=undo,
        revision=shown.revision,
    )


def _next_charge(row: Subscription, *, description: str, now: datetime) -> NextChargeView | None:
    charge = agreements.next_charge(row, description=description, now=now)
    if charge is None:
        return None
    totals = charge.totals
    return NextChargeView(
        at=charge.at,
        net=Money(totals.net, totals.currency),
        tax=Money(totals.tax, totals.currency),
        total=Money(totals.total, totals.currency),
        tax_rate=row.tax_rate,
    )
