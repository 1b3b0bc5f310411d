"""What the policy says to a customer, and which level said it: for vendors who wonder why."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.models import Customer, Plan, Product, Subscription
from services.portal.queries import agreements, refunds, showing
from services.portal.queries.portals import PortalView
from services.portal.queries.refunds import Bought
from services.portal.rules.assurance import Requester
from services.portal.rules.policy import Action, Answer, Reason
from services.portal.rules.portals.features import AccessGate
from services.portal.rules.subscriptions.lifecycle import Status
from shared.errors import FieldError, Invalid, NotFound

OF_SUBSCRIPTIONS: Final = frozenset(
    {
        Action.CANCEL,
        Action.UNDO_CANCEL,
        Action.CHANGE_PLAN,
        Action.CHANGE_QUANTITY,
        Action.APPLY_COUPON,
        Action.PAUSE,
        Action.RESUME,
        Action.RESUBSCRIBE,
    }
)
CLOSED: Final = {
    AccessGate.PAID_TRANSACTION: Reason.NOT_PAID_YET,
    AccessGate.ACTIVE_SUBSCRIPTION: Reason.NO_ACTIVE_SUBSCRIPTION,
}
OF_PAYMENTS: Final = frozenset({Action.REQUEST_REFUND, Action.PAY_INVOICE})


class NotShownHere(NotFound):
    """The portal in question does not show the product at all."""

    code = "not_shown_here"


def explain(
    session: Session,
    *,
    action: Action,
    portal: PortalView,
    by: Requester,
    subscription_id: str | None = None,
    payment_id: str | None = None,
    customer_id: str | None = None,
    now: datetime,
) -> Answer:
    """The answer that this portal gives. Raises Invalid without what the action is about, NotFound, NotShownHere."""
    if action in OF_SUBSCRIPTIONS and subscription_id is None:
        raise Invalid(FieldError.of("subscription", "required"))
    if action in OF_PAYMENTS and payment_id is None:
        raise Invalid(FieldError.of("payment", "required"))
    if customer_id is not None and session.scalar(select(Customer.id).where(Customer.id == customer_id)) is None:
        raise NotFound
    if payment_id is not None:
        return _of_payment(session, payment_id, customer_id, action=action, portal=portal, by=by, now=now)
    if subscription_id is not None:
        return _of_subscription(session, subscription_id, customer_id, action=action, portal=portal, by=by, now=now)
    return agreements.answer(action, by=by, portal=portal, now=now)


def _of_payment(
    session: Session,
    payment_id: str,
    customer_id: str | None,
    *,
    action: Action,
    portal: PortalView,
    by: Requester,
    now: datetime,
) -> Answer:
    bought: Bought = refunds.bought(session, payment_id=payment_id)
    gate = _gate(session, bought.payment.customer, bought.payment.product, customer_id, portal)
    if action is Action.REQUEST_REFUND and gate is None:
        return refunds.eligibility(bought, portal=portal, by=by, now=now).answer
    return agreements.answer(
        action,
        by=by,
        portal=portal,
        row=bought.subscription,
        plan=bought.plan,
        product=bought.product,
        gate=gate,
        now=now,
    )


def _of_subscription(
    session: Session,
    subscription_id: str,
    customer_id: str | None,
    *,
    action: Action,
    portal: PortalView,
    by: Requester,
    now: datetime,
) -> Answer:
    found = session.execute(
        select(Subscription, Plan, Product)
        .join(Plan, Plan.id == Subscription.plan)
        .join(Product, Product.id == Subscription.product)
        .where(Subscription.id == subscription_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    row, plan, product = found
    gate = _gate(session, row.customer, product.id, customer_id, portal)
    limit = Reason.ALREADY_SUBSCRIBED if action is Action.RESUBSCRIBE and _has_another(session, row, now=now) else None
    return agreements.answer(
        action, by=by, portal=portal, row=row, plan=plan, product=product, limit=limit, gate=gate, now=now
    )


def _has_another(session: Session, row: Subscription, *, now: datetime) -> bool:
    """A subscription of the customer to the product runs."""
    same = (Subscription.customer == row.customer, Subscription.product == row.product)
    found = session.scalars(select(Subscription).where(*same, Subscription.status != Status.ENDED))
    return any(agreements.status_at(each, now=now) is not Status.ENDED for each in found)


def _gate(
    session: Session, owner: str, product: str | None, customer_id: str | None, portal: PortalView
) -> Reason | None:
    """Why the portal's gate is closed to the owner, if it is. Raises NotFound for somebody else's, NotShownHere."""
    if customer_id is not None and owner != customer_id:
        raise NotFound
    if product not in showing.hidden_products(session, portal=portal, customer=owner):
        return None
    if product in showing.hidden_products(session, portal=portal, customer=owner, is_gated=False):
        raise NotShownHere
    return CLOSED[portal.access_gate]
