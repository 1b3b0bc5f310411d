"""Subscriptions as their customers see them: what each costs and when, and what can be done about it, or why not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import Row, Select, and_, bindparam, case
from sqlalchemy.orm import Session, aliased, defer

from services.portal.models import PaymentMethod, Plan, Product, Subscription
from services.portal.queries import agreements, closings, payment_methods, renewals
from services.portal.queries.payment_methods import PaymentMethodView
from services.portal.queries.payments import PaymentView
from services.portal.queries.portals import PortalView
from services.portal.queries.showing import hidden_products
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
from services.portal.rules.sources import support
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
    Action.CHANGE_ADDONS,
    Action.PAUSE,
    Action.RESUME,
    Action.RESUBSCRIBE,
)

_OWN: Final = aliased(PaymentMethod)
_DEFAULT: Final = aliased(PaymentMethod)
_Whole: TypeAlias = Row[Subscription, Plan, Product, PaymentMethod | None, PaymentMethod | None]

ActionState: TypeAlias = Answer
"""May the customer do it: `action`, `decision`, `reason`, `message`, `.is_allowed`."""


@dataclass(frozen=True, kw_only=True)
class SubscriptionCard:
    """A subscription as its customer sees it, with what they may do about it.

    `actions` has an answer for each action of a subscription, by its name. `last_bill` is what will be charged when a
    canceled one ends, None where nothing is. `default_method` is the customer's, `payment_method` what is charged.
    `is_elsewhere`: another source bills it, and keeps the card.
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
    last_bill: Money | None
    open_payment: PaymentView | None
    payment_method: PaymentMethodView | None
    default_method: PaymentMethodView | None
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
    is_elsewhere: bool = False
    features: tuple[str, ...] = ()
    unit_label_plural: str | None = None

    @property
    def unit(self) -> str | None:
        """What its quantity counts; None where the vendor has no word for that many."""
        return self.unit_label if self.quantity == 1 else self.unit_label_plural

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
    running: frozenset[tuple[str, str]]
    last_bills: Mapping[str, Money]


def cards(
    session: Session,
    *,
    portal: PortalView,
    hidden: Collection[str],
    unpaid: Sequence[PaymentView],
    by: Requester,
    now: datetime,
) -> tuple[SubscriptionCard, ...]:
    """Those in scope: what owes first, then what runs, then what is over, each newest first. Two statements.

    `unpaid` is what the customers in scope owe, oldest first.
    """
    found = [each for each in session.execute(_ALL).all() if each[0].product not in hidden]
    owed = {each.subscription: each for each in reversed(unpaid) if each.subscription is not None}
    around = _around(session, found, owed, now)
    return tuple(_card(each, around, portal=portal, by=by, now=now) for each in found)


def card(
    session: Session, *, subscription_id: str, portal: PortalView, by: Requester, now: datetime
) -> SubscriptionCard:
    """One of them. Raises NotFound, also for what this portal does not show."""
    found = session.execute(_ONE, {"subscription": subscription_id}).one_or_none()
    if found is None or found[0].product in hidden_products(session, portal=portal):
        raise NotFound
    around = _around(session, [found], open_payments(session, [found[0]]), now)
    return _card(found, around, portal=portal, by=by, now=now)


_UNREAD: Final = (
    *(
        getattr(method, name)
        for method in (_OWN, _DEFAULT)
        for name in ("processor", "token", "noticed_days", "detach_at")
    ),
    *(getattr(Plan, name) for name in ("trial_days", "created_at", "archived_at", "source_id", "source_read")),
    *(getattr(Product, name) for name in ("access_links", "created_at", "archived_at", "source_id", "source_read")),
)
"""No card shows these. Each column of a statement costs, and this one has the most of all."""


def _whole() -> Select[Subscription, Plan, Product, PaymentMethod | None, PaymentMethod | None]:
    """Rows with their plan, their product, the card they have as their own, and their customer's default one."""
    is_own = and_(_OWN.id == Subscription.payment_method, _OWN.removed_at.is_(None))
    is_default = and_(_DEFAULT.customer == Subscription.customer, _DEFAULT.is_default, _DEFAULT.removed_at.is_(None))
    rows = with_plan().add_columns(_OWN, _DEFAULT).outerjoin(_OWN, is_own).outerjoin(_DEFAULT, is_default)
    return rows.options(*(defer(each) for each in _UNREAD))


_ALL: Final = _whole().where(~_NEVER_BEGAN).order_by(_ORDER, Subscription.started_at.desc()).limit(MOST_CARDS)
_ONE: Final = _whole().where(Subscription.id == bindparam("subscription"))


def _around(session: Session, found: Sequence[_Whole], owed: Mapping[str, PaymentView], now: datetime) -> _Around:
    rows = [each[0] for each in found]
    renewals.prepare(session, {row.customer for row in rows})
    running = {(row.customer, row.product) for row in rows if agreements.status_at(row, now=now) in RUNNING}
    canceled = [row for row in rows if row.status is Status.CANCELED and row.pending_lines]
    last_bills = {row.id: bill for row in canceled if (bill := _last_bill(session, row)) is not None}
    return _Around(owed=owed, running=frozenset(running), last_bills=last_bills)


def _last_bill(session: Session, row: Subscription) -> Money | None:
    found = closings.ahead(session, row)
    return None if found is None or not found.totals.total else Money(found.totals.total, row.currency)


def _card(found: _Whole, around: _Around, *, portal: PortalView, by: Requester, now: datetime) -> SubscriptionCard:
    row, plan, product, own, default = found
    shown = view(row, description=plan.name, owed=around.owed.get(row.id), now=now)
    method = own or default if row.collection == "automatic" else None
    return SubscriptionCard(
        id=shown.id,
        customer=shown.customer,
        order_number=shown.order_number,
        status=shown.status,
        product_name=product.name,
        product_description=product.description,
        plan_name=plan.name,
        features=tuple(plan.features),
        quantity=shown.quantity,
        unit_label=product.unit_label,
        unit_label_plural=product.unit_label_plural,
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
        last_bill=around.last_bills.get(row.id),
        open_payment=shown.open_payment,
        payment_method=None if method is None else payment_methods.view(method),
        default_method=None if default is None else payment_methods.view(default),
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
        is_elsewhere=support.is_elsewhere(row.source),
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
