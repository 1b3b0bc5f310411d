"""Subscriptions as their customers see them: what each costs and when, and what can be done about it, or why not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import Row, case, select
from sqlalchemy.orm import Session

from services.portal.models import PaymentMethod, Plan, Product, Subscription
from services.portal.queries import agreements, payment_methods, renewals
from services.portal.queries.payment_methods import PaymentMethodView
from services.portal.queries.payments import PaymentView
from services.portal.queries.portals import PortalView, hidden_products
from services.portal.queries.subscriptions.records import (
    NextChargeView,
    ScheduledChangeView,
    open_payments,
    view,
    with_plan,
)
from services.portal.rules.assurance import Requester
from services.portal.rules.policy import Action, Answer
from services.portal.rules.reasons import Reason
from services.portal.rules.subscriptions import quantity
from services.portal.rules.subscriptions.lifecycle import RUNNING, Status
from services.portal.rules.subscriptions.period import Interval
from shared.errors import NotFound
from shared.money import Money

MOST_CARDS: Final = 100
_ORDER: Final = case(
    {Status.PAST_DUE: 0, Status.ACTIVE: 1, Status.TRIALING: 1, Status.PAUSED: 2, Status.CANCELED: 3},
    value=Subscription.status,
    else_=4,
)
_NEVER_BEGAN: Final = (
    (Subscription.status == Status.ENDED)
    & Subscription.canceled_at.is_(None)
    & Subscription.ends_at.is_(None)
    & (Subscription.ended_at == Subscription.started_at)
)
_SHOWN: Final = (
    Action.CANCEL,
    Action.UNDO_CANCEL,
    Action.CHANGE_PLAN,
    Action.CHANGE_QUANTITY,
    Action.APPLY_COUPON,
    Action.PAUSE,
    Action.RESUME,
    Action.RESUBSCRIBE,
)

ActionState: TypeAlias = Answer
"""May the customer do it: `action`, `decision`, `reason`, `message`, `.is_allowed`."""


@dataclass(frozen=True, kw_only=True)
class SubscriptionCard:
    """A subscription as its customer sees it, with what they may do about it.

    `actions` has an answer for each action of a subscription, by its name.
    """

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
    collection: str
    started_at: datetime
    trial_end: datetime | None
    current_period_start: datetime
    current_period_end: datetime
    next_charge: NextChargeView | None
    open_payment: PaymentView | None
    payment_method: PaymentMethodView | None
    pauses_at: datetime | None
    resumes_at: datetime | None
    scheduled_change: ScheduledChangeView | None
    discount: Mapping[str, Any] | None
    canceled_at: datetime | None
    ends_at: datetime | None
    ended_at: datetime | None
    has_plans: bool
    has_quantity: bool
    actions: Mapping[str, ActionState]
    revision: int

    @property
    def cancel(self) -> ActionState:
        """May it be canceled."""
        return self.actions[Action.CANCEL]

    @property
    def undo_cancel(self) -> ActionState:
        """May a cancel be taken back."""
        return self.actions[Action.UNDO_CANCEL]


@dataclass(frozen=True)
class _Around:
    """What lies around the cards, fetched for all of them at once."""

    owed: Mapping[str, PaymentView]
    methods: Sequence[PaymentMethod]
    running: frozenset[tuple[str, str]]


def cards(
    session: Session, *, portal: PortalView, hidden: Collection[str], by: Requester, now: datetime
) -> tuple[SubscriptionCard, ...]:
    """Those in scope: what owes first, then what runs, then what is over, each newest first. Four statements."""
    statement = with_plan().where(~_NEVER_BEGAN).order_by(_ORDER, Subscription.started_at.desc()).limit(MOST_CARDS)
    found = [each for each in session.execute(statement).all() if each[0].product not in hidden]
    around = _around(session, found, now)
    return tuple(_card(each, around, portal=portal, by=by, now=now) for each in found)


def card(
    session: Session, *, subscription_id: str, portal: PortalView, by: Requester, now: datetime
) -> SubscriptionCard:
    """One of them. Raises NotFound, also for what this portal does not show."""
    found = session.execute(with_plan().where(Subscription.id == subscription_id)).one_or_none()
    if found is None or found[0].product in hidden_products(session, portal=portal):
        raise NotFound
    return _card(found, _around(session, [found], now), portal=portal, by=by, now=now)


def _around(session: Session, found: Sequence[Row[Subscription, Plan, Product]], now: datetime) -> _Around:
    rows = [each[0] for each in found]
    customers = {row.customer for row in rows}
    renewals.prepare(session, customers)
    kept = select(PaymentMethod).where(PaymentMethod.customer.in_(customers), PaymentMethod.removed_at.is_(None))
    running = {(row.customer, row.product) for row in rows if agreements.status_at(row, now=now) in RUNNING}
    return _Around(
        owed=open_payments(session, rows),
        methods=session.scalars(kept).all() if customers else (),
        running=frozenset(running),
    )


def _card(
    found: Row[Subscription, Plan, Product], around: _Around, *, portal: PortalView, by: Requester, now: datetime
) -> SubscriptionCard:
    row, plan, product = found
    shown = view(row, description=plan.name, owed=around.owed.get(row.id), now=now)
    method = _method(row, around)
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
        collection=shown.collection,
        started_at=shown.started_at,
        trial_end=shown.trial_end,
        current_period_start=shown.current_period_start,
        current_period_end=shown.current_period_end,
        next_charge=shown.next_charge,
        open_payment=shown.open_payment,
        payment_method=None if method is None else payment_methods.view(method),
        pauses_at=shown.pauses_at,
        resumes_at=shown.resumes_at,
        scheduled_change=shown.scheduled_change,
        discount=shown.discount,
        canceled_at=shown.canceled_at,
        ends_at=shown.ends_at,
        ended_at=shown.ended_at,
        has_plans=plan.plan_group is not None,
        has_quantity=quantity.bounds_of(product.adjustable_quantity, unit_label=product.unit_label) is not None,
        actions=_answers(row, plan, product, around, portal=portal, by=by, now=now),
        revision=shown.revision,
    )


def _answers(
    row: Subscription,
    plan: Plan,
    product: Product,
    around: _Around,
    *,
    portal: PortalView,
    by: Requester,
    now: datetime,
) -> dict[str, Answer]:
    limits: dict[Action, Reason] = {}
    if (row.customer, row.product) in around.running:
        limits[Action.RESUBSCRIBE] = Reason.ALREADY_SUBSCRIBED
    return {
        action.value: agreements.answer(
            action,
            by=by,
            portal=portal,
            row=row,
            plan=plan,
            product=product,
            limit=limits.get(action),
            now=now,
        )
        for action in _SHOWN
    }


def _method(row: Subscription, around: _Around) -> PaymentMethod | None:
    """The card it is charged to, where the engine charges it."""
    if row.collection != "automatic":
        return None
    own = next((each for each in around.methods if each.id == row.payment_method), None)
    return own or next((each for each in around.methods if each.is_default and each.customer == row.customer), None)
