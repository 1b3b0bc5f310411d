"""What the console shows of the catalog beside the things themselves: what is searched for, names, who has what."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, TypeVar, get_args

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session

from services.portal.models import Campaign, Coupon, Plan, PlanGroup, Product, Subscription
from services.portal.queries.products import PlanView, ProductView, plan_view, product_view
from services.portal.rules.subscriptions.lifecycle import Status
from services.portal.rules.subscriptions.period import Interval
from shared.money import Money

Row = TypeVar("Row")
Show: TypeAlias = Literal["current", "archived", "all"]
SHOWS: Final = get_args(Show)
MOST_CHOICES: Final = 300
"""Of each kind that a form offers, the newest; whoever has more names them through the API."""

_BATCH: Final = 500
_RUNS: Final = Subscription.status != Status.ENDED


@dataclass(frozen=True, kw_only=True)
class PlanChoice:
    """A plan in a form: what it is a price of, and the group that it is in."""

    id: str
    name: str
    product_name: str
    price: Money
    interval: Interval
    interval_count: int
    group: str | None


@dataclass(frozen=True, kw_only=True)
class Running:
    """How many subscriptions of a plan have not ended, and how many of them were agreed at another price."""

    count: int
    at_other_price: int


def narrowed(statement: Select[Row], *, words: str = "", show: str = "current") -> Select[Row]:
    """Those whose name (or code) has `words` in it or whose id they are; archived ones, current ones, or all."""
    of: Any = statement.column_descriptions[0]["entity"]
    if show != "all":
        statement = statement.where(of.archived_at.is_not(None) if show == "archived" else of.archived_at.is_(None))
    if not words:
        return statement
    within: list[ColumnElement[bool]] = [of.name.icontains(words, autoescape=True), of.id == words]
    if of is Coupon:
        within.append(Coupon.code.icontains(words, autoescape=True))
    return statement.where(or_(*within))


def batches(session: Session, statement: Select[Row]) -> Iterator[list[Row]]:
    """All rows of a statement without order, the newest first, some at a time."""
    of: Any = statement.column_descriptions[0]["entity"]
    last = None
    while True:
        here = statement if last is None else statement.where(of.id < last)
        rows: list[Any] = list(session.scalars(here.order_by(of.id.desc()).limit(_BATCH)))
        if not rows:
            return
        last = rows[-1].id
        yield rows


def names(session: Session, ids: Collection[str | None]) -> dict[str, str]:
    """What campaigns, products, plans and plan groups are called, by id. One statement a kind that is asked for."""
    found: dict[str, str] = {}
    for mark, model in (("camp_", Campaign), ("prod_", Product), ("plan_", Plan), ("pgrp_", PlanGroup)):
        wanted = {each for each in ids if each is not None and each.startswith(mark)}
        if wanted:
            statement = select(model.id, model.name).where(model.id.in_(wanted))
            found |= {row.id: row.name for row in session.execute(statement)}
    return found


def subscribers(session: Session, plans: Collection[str]) -> dict[str, int]:
    """How many subscriptions of each plan have not ended; plans without any are missing. One statement."""
    if not plans:
        return {}
    counted = (
        select(Subscription.plan, func.count()).where(Subscription.plan.in_(plans), _RUNS).group_by(Subscription.plan)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def plans_of(session: Session, products: Collection[str]) -> dict[str, list[str]]:
    """The ids of all plans of these products, archived ones too, by product."""
    found: dict[str, list[str]] = {each: [] for each in products}
    for product, plan in session.execute(select(Plan.product, Plan.id).where(Plan.product.in_(products))):
        found[product].append(plan)
    return found


def plan_choices(session: Session) -> tuple[PlanChoice, ...]:
    """The plans that can be had, in order of product and name."""
    statement = (
        select(Plan, Product.name)
        .join(Product, Product.id == Plan.product)
        .where(Plan.archived_at.is_(None))
        .order_by(Plan.id.desc())
        .limit(MOST_CHOICES)
    )
    found = [
        PlanChoice(
            id=plan.id,
            name=plan.name,
            product_name=product_name,
            price=Money(plan.unit_amount, plan.currency),
            interval=Interval(plan.interval),
            interval_count=plan.interval_count,
            group=plan.plan_group,
        )
        for plan, product_name in session.execute(statement)
    ]
    return tuple(sorted(found, key=lambda each: (each.product_name.casefold(), each.price.amount, each.id)))


def campaign_choices(session: Session) -> dict[str, str]:
    """The names of the campaigns that products can be in, by id, in order."""
    return _named(session, Campaign)


def product_choices(session: Session) -> dict[str, str]:
    """The names of the products that plans can be made of, by id, in order."""
    return _named(session, Product)


def group_choices(session: Session) -> dict[str, str]:
    """The names of the plan groups that plans can join, by id, in order."""
    return _named(session, PlanGroup)


def any_currency(session: Session) -> str | None:
    """That of the newest plan: the next one most likely has the same."""
    return session.scalar(select(Plan.currency).order_by(Plan.id.desc()).limit(1))


def products_of(session: Session, campaigns: Collection[str]) -> dict[str, int]:
    """How many current products each campaign has; those without any are missing. One statement."""
    counted = (
        select(Product.campaign, func.count())
        .where(Product.campaign.in_(campaigns), Product.archived_at.is_(None))
        .group_by(Product.campaign)
    )
    return {campaign: count for campaign, count in session.execute(counted) if campaign is not None}


def plans_in(session: Session, groups: Collection[str]) -> dict[str, int]:
    """How many current plans each plan group has; those without any are missing. One statement."""
    counted = (
        select(Plan.plan_group, func.count())
        .where(Plan.plan_group.in_(groups), Plan.archived_at.is_(None))
        .group_by(Plan.plan_group)
    )
    return {group: count for group, count in session.execute(counted) if group is not None}


def plans_of_product(session: Session, *, product_id: str) -> tuple[PlanView, ...]:
    """All plans of a product, those that can be had first."""
    statement = select(Plan).where(Plan.product == product_id).order_by(Plan.id.desc()).limit(MOST_CHOICES)
    found = [plan_view(row) for row in session.scalars(statement)]
    return tuple(sorted(found, key=lambda each: (each.archived_at is not None, each.unit_amount, each.id)))


def product_or_none(session: Session, *, product_id: str) -> ProductView | None:
    """One product, if there is such."""
    row = session.scalars(select(Product).where(Product.id == product_id)).one_or_none()
    return product_view(row) if row else None


def running(session: Session, *, plan_id: str, price: int) -> Running:
    """The subscriptions to a plan. `price` is the plan's, in minor units. One statement."""
    is_other = func.coalesce(func.sum(case((Subscription.unit_amount != price, 1), else_=0)), 0)
    row = session.execute(select(func.count(), is_other).where(Subscription.plan == plan_id, _RUNS)).one()
    return Running(count=row[0], at_other_price=int(row[1]))


def _named(session: Session, model: type[Campaign] | type[Product] | type[PlanGroup]) -> dict[str, str]:
    statement = (
        select(model.id, model.name).where(model.archived_at.is_(None)).order_by(model.id.desc()).limit(MOST_CHOICES)
    )
    found = {row.id: row.name for row in session.execute(statement)}
    return dict(sorted(found.items(), key=lambda each: (each[1].casefold(), each[0])))
