"""A plan at a new price: another plan in its place. Who has the old one keeps it, at the price they agreed to."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions import addons, changes, coupons, plan_groups, products
from services.portal.models import Addon, Coupon, PlanGroup
from services.portal.queries import products as queries
from services.portal.queries.products import PlanView
from services.portal.rules.products import matrix
from services.portal.rules.reasons import PlanArchived
from shared.money import Money


def change(
    session: Session, *, plan_id: str, price: Money, check: changes.Check = changes.anything, now: datetime
) -> PlanView:
    """Offer a plan at another price from now on: the new plan, which says all that the old one did. The old one is
    archived, and coupons, add-ons and plan groups that name it name the new one too. The same price changes nothing.

    Raises NotFound, PlanArchived, PreconditionFailed.
    """
    old = queries.plan(session, plan_id=plan_id)
    if old.archived_at is not None:
        raise PlanArchived
    if Money(old.unit_amount, old.currency) == price:
        return old
    products.update_plan(session, plan_id=plan_id, values={"archived": True}, check=check, now=now)
    new = products.create_plan(
        session,
        product=old.product,
        name=old.name,
        price=price,
        interval=old.interval.value,
        interval_count=old.interval_count,
        plan_group=old.plan_group,
        trial_days=old.trial_days,
        features=old.features,
        usage=old.usage,
        refund_window_days=old.refund_window_days,
        cancel=old.cancel,
        cancel_message=old.cancel_message,
        cancel_timing=old.cancel_timing,
        policies=old.policies,
        now=now,
    )
    session.flush()
    _name_in_group(session, old=old, new=new, now=now)
    _name_in_coupons(session, old=old, new=new, now=now)
    _name_in_addons(session, old=old, new=new, now=now)
    return new


def _name_in_group(session: Session, *, old: PlanView, new: PlanView, now: datetime) -> None:
    if old.plan_group is None:
        return
    table = session.scalar(select(PlanGroup.switches).where(PlanGroup.id == old.plan_group)) or []
    values = {"switches": matrix.replace(table, old=old.id, new=new.id)}
    plan_groups.update(session, group_id=old.plan_group, values=values, now=now)


def _name_in_coupons(session: Session, *, old: PlanView, new: PlanView, now: datetime) -> None:
    """Of a vendor's coupons few name plans at all, and a database can't look into the lists of each kind alike."""
    for coupon_id, plans in session.execute(select(Coupon.id, Coupon.plans).where(Coupon.archived_at.is_(None))).all():
        if old.id in plans:
            coupons.update(session, coupon_id=coupon_id, values={"plans": [*plans, new.id]}, now=now)


def _name_in_addons(session: Session, *, old: PlanView, new: PlanView, now: datetime) -> None:
    """A price in another currency is another offer: what is for the old plan does not fit the new one."""
    of_product = select(Addon.id, Addon.plans, Addon.currency).where(
        Addon.product == old.product, Addon.archived_at.is_(None)
    )
    for addon_id, plans, currency in session.execute(of_product).all():
        if old.id in plans and currency == new.currency:
            addons.update(session, addon_id=addon_id, values={"plans": [*plans, new.id]}, now=now)
