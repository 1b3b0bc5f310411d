"""What a customer may change about a subscription, as the pages for it show it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.models import Payment, Plan, Product, Subscription
from services.portal.queries import agreements, plan_choices, renewals, showing
from services.portal.queries.plan_choices import PlanChoice
from services.portal.queries.portals import PortalView
from services.portal.queries.subscriptions import NextChargeView
from services.portal.rules.assurance import Requester
from services.portal.rules.policy import Action, Answer
from services.portal.rules.products import coupon
from services.portal.rules.products.coupon import Discount
from services.portal.rules.subscriptions import agreed, quantity
from services.portal.rules.subscriptions.agreed import Target
from services.portal.rules.subscriptions.quantity import Bounds
from shared.errors import NotFound
from shared.money import Money


@dataclass(frozen=True, kw_only=True)
class Changing:
    """A subscription and what may change about it. `bounds` None: its quantity doesn't.

    `waits_at` is the customer's bank, which a change waits for, `waiting_payment` what is paid there.
    """

    id: str
    customer: str
    plan: str
    plan_name: str
    product_name: str
    quantity: int
    unit_label: str | None
    unit_label_plural: str | None
    bounds: Bounds | None
    choices: tuple[PlanChoice, ...]
    has_group: bool
    change_plan: Answer
    change_quantity: Answer
    apply_coupon: Answer
    scheduled: Target | None
    waits_for: Target | None
    waits_at: str | None
    waiting_payment: str | None
    discount: Discount | None
    amount_off: Money | None
    next_charge: NextChargeView | None


def changing(session: Session, *, subscription_id: str, portal: PortalView, by: Requester, now: datetime) -> Changing:
    """One subscription. Raises NotFound, also for what this portal does not show."""
    found = session.execute(
        select(Subscription, Plan, Product)
        .join(Plan, Plan.id == Subscription.plan)
        .join(Product, Product.id == Plan.product)
        .where(Subscription.id == subscription_id)
    ).one_or_none()
    if found is None or found[0].product in showing.hidden_products(session, portal=portal):
        raise NotFound
    row, plan, product = found
    waiting = session.scalars(
        select(Payment).where(
            Payment.subscription == row.id, Payment.kind == "change", Payment.status == "action_required"
        )
    ).first()
    discount = coupon.of(row.discount)
    plan_answer, quantity_answer, coupon_answer = (
        agreements.answer(action, by=by, portal=portal, row=row, plan=plan, product=product, now=now)
        for action in (Action.CHANGE_PLAN, Action.CHANGE_QUANTITY, Action.APPLY_COUPON)
    )
    is_off = discount is not None and discount.amount_off is not None
    return Changing(
        id=row.id,
        customer=row.customer,
        plan=row.plan,
        plan_name=plan.name,
        product_name=product.name,
        quantity=row.quantity,
        unit_label=product.unit_label,
        unit_label_plural=product.unit_label_plural,
        bounds=quantity.bounds_of(product.adjustable_quantity, unit_label=product.unit_label),
        choices=plan_choices.choices(session, row=row, plan=plan, product=product, portal=portal),
        has_group=plan.plan_group is not None,
        change_plan=plan_answer,
        change_quantity=quantity_answer,
        apply_coupon=coupon_answer,
        scheduled=agreed.of(row.scheduled_change),
        waits_for=None if waiting is None or waiting.after is None else Target(**waiting.after["target"]),
        waits_at=None if waiting is None else waiting.action_url,
        waiting_payment=None if waiting is None else waiting.id,
        discount=discount,
        amount_off=Money(discount.amount_off or 0, row.currency) if discount is not None and is_off else None,
        next_charge=_next_charge(session, row, plan),
    )


def _next_charge(session: Session, row: Subscription, plan: Plan) -> NextChargeView | None:
    charge = renewals.next_charge(session, row, description=plan.name)
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
