"""What is sold: campaigns, products, plans. Prices never change; a new price is a new plan."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions import changes
from services.portal.actions.operations import action_log
from services.portal.actions.usage import require_meters
from services.portal.models import Campaign, Plan, PlanGroup, Product
from services.portal.queries import products as queries
from services.portal.queries.products import CampaignView, PlanView, ProductView
from services.portal.rules.products import access, benefits
from shared import ids
from shared.errors import Conflict, FieldError, Invalid, NotFound
from shared.money import Money

T = TypeVar("T", Campaign, Product, Plan)
_NO_POLICIES: Final[Mapping[str, Any]] = {}


class ProductArchived(Conflict):
    """Nothing new is made of an archived product."""

    code = "product_archived"


def create_campaign(session: Session, *, name: str, now: datetime) -> CampaignView:
    """Make a campaign."""
    row = Campaign(id=ids.new("camp"), name=name, created_at=now, archived_at=None, revision=1)
    session.add(row)
    action_log.write(session, action="campaign.created", of=row.id, before=None, after={"name": name}, now=now)
    return queries.campaign_view(row)


def create_product(
    session: Session,
    *,
    name: str,
    campaign: str | None = None,
    description: str | None = None,
    tax_rate: int = 0,
    tax_behavior: str = "exclusive",
    unit_label: str | None = None,
    unit_label_plural: str | None = None,
    show_in_portal: bool = True,
    adjustable_quantity: Mapping[str, Any] | None = None,
    refund_window_days: int | None = None,
    cancel: str = "inherit",
    cancel_message: str | None = None,
    cancel_timing: str | None = None,
    policies: Mapping[str, Any] = _NO_POLICIES,
    access_links: Sequence[Mapping[str, Any]] = (),
    now: datetime,
) -> ProductView:
    """Make a product. Raises NotFound when there is no such campaign, Invalid for a link that leads nowhere."""
    if campaign is not None:
        queries.campaign(session, campaign_id=campaign)
    row = Product(
        id=ids.new("prod"),
        campaign=campaign,
        name=name,
        description=description,
        tax_rate=tax_rate,
        tax_behavior=tax_behavior,
        unit_label=unit_label,
        unit_label_plural=unit_label_plural,
        show_in_portal=show_in_portal,
        access_links=access.check("access_links", access_links),
        adjustable_quantity=None if adjustable_quantity is None else dict(adjustable_quantity),
        refund_window_days=refund_window_days,
        policies=dict(policies),
        cancel=cancel,
        cancel_message=cancel_message,
        cancel_timing=cancel_timing,
        created_at=now,
        archived_at=None,
        revision=1,
    )
    session.add(row)
    after = {"name": name, "campaign": campaign, "tax_rate": tax_rate, "tax_behavior": tax_behavior}
    action_log.write(session, action="product.created", of=row.id, before=None, after=after, now=now)
    return queries.product_view(row)


def create_plan(
    session: Session,
    *,
    product: str,
    name: str,
    price: Money,
    interval: str,
    interval_count: int = 1,
    plan_group: str | None = None,
    trial_days: int = 0,
    features: Sequence[str] = (),
    usage: Sequence[Mapping[str, Any]] = (),
    refund_window_days: int | None = None,
    cancel: str = "inherit",
    cancel_message: str | None = None,
    cancel_timing: str | None = None,
    policies: Mapping[str, Any] = _NO_POLICIES,
    now: datetime,
) -> PlanView:
    """Make a plan of a product. Raises NotFound, ProductArchived, Invalid."""
    if queries.product(session, product_id=product).archived_at is not None:
        raise ProductArchived
    _require_group(session, plan_group)
    require_meters(session, usage)
    row = Plan(
        id=ids.new("plan"),
        product=product,
        name=name,
        currency=price.currency,
        unit_amount=price.amount,
        interval=interval,
        interval_count=interval_count,
        plan_group=plan_group,
        trial_days=trial_days,
        features=benefits.tidy(features),
        usage=[dict(each) for each in usage],
        refund_window_days=refund_window_days,
        policies=dict(policies),
        cancel=cancel,
        cancel_message=cancel_message,
        cancel_timing=cancel_timing,
        created_at=now,
        archived_at=None,
        revision=1,
    )
    session.add(row)
    after = {"name": name, "product": product, "price": str(price), "interval": interval, "count": interval_count}
    action_log.write(session, action="plan.created", of=row.id, before=None, after=after, now=now)
    return queries.plan_view(row)


def update_campaign(
    session: Session,
    *,
    campaign_id: str,
    values: Mapping[str, Any],
    check: changes.Check = changes.anything,
    now: datetime,
) -> CampaignView:
    """Change a campaign's name, archive it or bring it back. Raises NotFound, PreconditionFailed."""
    row = _locked(session, Campaign, campaign_id)
    _change(session, row, "campaign.updated", values, check, now)
    return queries.campaign_view(row)


def update_product(
    session: Session,
    *,
    product_id: str,
    values: Mapping[str, Any],
    check: changes.Check = changes.anything,
    now: datetime,
) -> ProductView:
    """Change a product; running subscriptions keep the tax they were agreed at. Raises NotFound, PreconditionFailed."""
    if values.get("campaign") is not None:
        queries.campaign(session, campaign_id=values["campaign"])
    if "access_links" in values:
        values = {**values, "access_links": access.check("access_links", values["access_links"])}
    row = _locked(session, Product, product_id)
    _change(session, row, "product.updated", values, check, now)
    return queries.product_view(row)


def update_plan(
    session: Session, *, plan_id: str, values: Mapping[str, Any], check: changes.Check = changes.anything, now: datetime
) -> PlanView:
    """Change a plan, never its price. Raises NotFound, Invalid, PreconditionFailed."""
    _require_group(session, values.get("plan_group"))
    if "features" in values:
        values = {**values, "features": benefits.tidy(values["features"])}
    if "usage" in values:
        require_meters(session, values["usage"])
        values = {**values, "usage": [dict(each) for each in values["usage"]]}
    row = _locked(session, Plan, plan_id)
    _change(session, row, "plan.updated", values, check, now)
    return queries.plan_view(row)


def _require_group(session: Session, plan_group: str | None) -> None:
    """Raises Invalid when there is no such plan group, or it was put away."""
    if plan_group is None:
        return
    is_there = select(PlanGroup.id).where(PlanGroup.id == plan_group, PlanGroup.archived_at.is_(None))
    if session.scalar(is_there) is None:
        raise Invalid(FieldError.of("plan_group", "unknown_reference"))


def _locked(session: Session, kind: type[T], row_id: str) -> T:
    row = session.scalars(select(kind).where(kind.id == row_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    return row


def _change(
    session: Session,
    row: Campaign | Product | Plan,
    action: str,
    values: Mapping[str, Any],
    check: changes.Check,
    now: datetime,
) -> None:
    """`archived` in values is a yes or no; the row keeps the moment."""
    check(row.revision)
    wanted = dict(values)
    if "archived" in wanted:
        wanted["archived_at"] = (row.archived_at or now) if wanted.pop("archived") else None
    changed = changes.apply(row, wanted)
    if changed:
        action_log.write(session, action=action, of=row.id, before=changed.before, after=changed.after, now=now)
