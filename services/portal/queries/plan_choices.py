"""The plans that a subscription could move to, each with what the rule says of it; and the facts the rule takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.models import Plan, PlanGroup, Product, Subscription
from services.portal.queries.portals import PortalView
from services.portal.rules.policy import Decision
from services.portal.rules.products import switching, visibility
from services.portal.rules.products.switching import Price, Switch, Why
from services.portal.rules.subscriptions.period import Interval
from shared.money import Money


@dataclass(frozen=True, kw_only=True)
class PlanChoice:
    """One plan of the picker. `why` says why it is denied; its sentence is `portal.switch.<why>`."""

    id: str
    name: str
    product_name: str
    unit_price: Money
    unit_label: str | None
    interval: Interval
    interval_count: int
    is_current: bool
    decision: Decision
    why: Why | None
    features: tuple[str, ...]


@dataclass(frozen=True)
class Rhythm:
    """How often one may pay. `saves` is what the plans of a year save at least against twelve months of those that
    bear the same name, in basis points; None where that can't be said."""

    interval: Interval
    saves: int | None


def rhythms(choices: Sequence[PlanChoice]) -> tuple[Rhythm, ...]:
    """The intervals to choose from, the shorter first."""
    found = {each.interval for each in choices if each.interval_count == 1}
    if any(each.interval_count != 1 for each in choices):
        return ()
    saved = [saving for each in choices if (saving := _saving(each, choices)) is not None]
    least = min(saved) if saved and min(saved) > 0 else None
    return tuple(
        Rhythm(interval, least if interval is Interval.YEAR else None) for interval in Interval if interval in found
    )


def _saving(yearly: PlanChoice, choices: Sequence[PlanChoice]) -> int | None:
    """Against the monthly plan of the product with whose name this one's begins, the longest such."""
    if yearly.interval is not Interval.YEAR:
        return None
    same = [
        each
        for each in choices
        if each.interval is Interval.MONTH
        and each.product_name == yearly.product_name
        and yearly.name.casefold().startswith(each.name.casefold())
        and each.unit_price.currency == yearly.unit_price.currency
    ]
    monthly = max(same, key=lambda each: len(each.name), default=None)
    if monthly is None or not monthly.unit_price.amount:
        return None
    months = 12 * monthly.unit_price.amount
    return (months - yearly.unit_price.amount) * 100 // months * 100


def choices(
    session: Session, *, row: Subscription, plan: Plan, product: Product, portal: PortalView
) -> tuple[PlanChoice, ...]:
    """The current plan and those of its group that the portal shows, cheapest month first. Two statements."""
    found: list[tuple[Plan, Product]] = [(plan, product)]
    if plan.plan_group is not None:
        found += [
            (each, of)
            for each, of in session.execute(
                select(Plan, Product)
                .join(Product, Product.id == Plan.product)
                .where(Plan.plan_group == plan.plan_group, Plan.archived_at.is_(None), Plan.id != plan.id)
            )
            if of.archived_at is None and is_shown(of, portal)
        ]
    group = table_of(session, plan)
    made = [_choice(row, plan, each, of, group=group, portal=portal) for each, of in found]
    return tuple(sorted(made, key=lambda each: (each.interval, each.interval_count, each.unit_price.amount, each.id)))


def switch(
    row: Subscription,
    plan: Plan,
    target: Plan,
    of: Product,
    *,
    group: Sequence[Mapping[str, Any]],
    allow_downgrade: bool,
) -> Switch:
    """What the rule says of moving `row`, which has `plan`, to `target`."""
    return switching.decide(
        current=agreed_price(row, plan),
        target=price_of(target, of),
        of_group=group,
        of_subscription=row.switches,
        allow_downgrade=allow_downgrade,
    )


def table_of(session: Session, plan: Plan) -> Sequence[Mapping[str, Any]]:
    """The exceptions of the plan's group."""
    if plan.plan_group is None:
        return []
    found = session.scalar(select(PlanGroup.switches).where(PlanGroup.id == plan.plan_group))
    return list(found or [])


def agreed_price(row: Subscription, plan: Plan) -> Price:
    """What the subscriber agreed to, whatever the plan says today."""
    return Price(
        plan=plan.id,
        group=plan.plan_group,
        currency=row.currency,
        tax_behavior=row.tax_behavior,
        unit_amount=row.unit_amount,
        interval=Interval(row.interval),
        interval_count=row.interval_count,
    )


def price_of(plan: Plan, product: Product) -> Price:
    """What a new subscriber would agree to."""
    return Price(
        plan=plan.id,
        group=plan.plan_group,
        currency=plan.currency,
        tax_behavior=product.tax_behavior,
        unit_amount=plan.unit_amount,
        interval=Interval(plan.interval),
        interval_count=plan.interval_count,
        is_archived=plan.archived_at is not None or product.archived_at is not None,
    )


def is_shown(product: Product, portal: PortalView) -> bool:
    """Does the portal show this product at all?"""
    return visibility.decide(
        product=product.id,
        campaign=product.campaign,
        show_in_portal=product.show_in_portal,
        campaigns=portal.campaigns,
        hidden_products=portal.hidden_products,
    )


def _choice(
    row: Subscription,
    plan: Plan,
    target: Plan,
    of: Product,
    *,
    group: Sequence[Mapping[str, Any]],
    portal: PortalView,
) -> PlanChoice:
    is_current = target.id == plan.id
    allow_downgrade = portal.features.update.allow_downgrade
    found = switch(row, plan, target, of, group=group, allow_downgrade=allow_downgrade)
    amount = row.unit_amount if is_current else target.unit_amount
    return PlanChoice(
        id=target.id,
        name=target.name,
        product_name=of.name,
        unit_price=Money(amount, row.currency if is_current else target.currency),
        unit_label=of.unit_label,
        interval=Interval(row.interval if is_current else target.interval),
        interval_count=row.interval_count if is_current else target.interval_count,
        is_current=is_current,
        decision=found.decision,
        why=found.why,
        features=tuple(target.features),
    )
