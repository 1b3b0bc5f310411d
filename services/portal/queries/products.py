"""What is sold, as the API shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.portal.models import Campaign, Plan, Product
from services.portal.rules.subscriptions.period import Interval
from shared.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class CampaignView:
    """A campaign."""

    id: str
    name: str
    created_at: datetime
    archived_at: datetime | None
    revision: int


@dataclass(frozen=True, kw_only=True)
class ProductView:
    """A product. `tax_rate` in basis points."""

    id: str
    campaign: str | None
    name: str
    description: str | None
    tax_rate: int
    tax_behavior: str
    unit_label: str | None
    unit_label_plural: str | None
    show_in_portal: bool
    adjustable_quantity: dict[str, Any] | None
    refund_window_days: int | None
    cancel: str
    cancel_message: str | None
    cancel_timing: str | None
    policies: dict[str, Any]
    access_links: list[dict[str, str]]
    created_at: datetime
    archived_at: datetime | None
    revision: int


@dataclass(frozen=True, kw_only=True)
class PlanView:
    """A plan. `unit_amount` in minor units."""

    id: str
    product: str
    name: str
    currency: str
    unit_amount: int
    interval: Interval
    interval_count: int
    plan_group: str | None
    trial_days: int
    features: tuple[str, ...]
    usage: tuple[dict[str, Any], ...]
    refund_window_days: int | None
    cancel: str
    cancel_message: str | None
    cancel_timing: str | None
    policies: dict[str, Any]
    created_at: datetime
    archived_at: datetime | None
    revision: int


def campaign(session: Session, *, campaign_id: str) -> CampaignView:
    """One campaign. Raises NotFound."""
    row = session.scalars(select(Campaign).where(Campaign.id == campaign_id)).one_or_none()
    if row is None:
        raise NotFound
    return campaign_view(row)


def product(session: Session, *, product_id: str) -> ProductView:
    """One product. Raises NotFound."""
    row = session.scalars(select(Product).where(Product.id == product_id)).one_or_none()
    if row is None:
        raise NotFound
    return product_view(row)


def plan(session: Session, *, plan_id: str) -> PlanView:
    """One plan. Raises NotFound."""
    row = session.scalars(select(Plan).where(Plan.id == plan_id)).one_or_none()
    if row is None:
        raise NotFound
    return plan_view(row)


def campaigns() -> Select[Campaign]:
    """All campaigns."""
    return select(Campaign)


def products(*, campaign_id: str | None) -> Select[Product]:
    """Products of a campaign; None means any."""
    statement = select(Product)
    return statement if campaign_id is None else statement.where(Product.campaign == campaign_id)


def plans(*, product_id: str | None) -> Select[Plan]:
    """Plans of a product; None means any."""
    statement = select(Plan)
    return statement if product_id is None else statement.where(Plan.product == product_id)


def campaign_view(row: Campaign) -> CampaignView:
    """A row as a view."""
    return CampaignView(
        id=row.id, name=row.name, created_at=row.created_at, archived_at=row.archived_at, revision=row.revision
    )


def product_view(row: Product) -> ProductView:
    """A row as a view."""
    return ProductView(
        id=row.id,
        campaign=row.campaign,
        name=row.name,
        description=row.description,
        tax_rate=row.tax_rate,
        tax_behavior=row.tax_behavior,
        unit_label=row.unit_label,
        unit_label_plural=row.unit_label_plural,
        show_in_portal=row.show_in_portal,
        adjustable_quantity=row.adjustable_quantity,
        refund_window_days=row.refund_window_days,
        cancel=row.cancel,
        cancel_message=row.cancel_message,
        cancel_timing=row.cancel_timing,
        policies=row.policies,
        access_links=row.access_links,
        created_at=row.created_at,
        archived_at=row.archived_at,
        revision=row.revision,
    )


def plan_view(row: Plan) -> PlanView:
    """A row as a view."""
    return PlanView(
        id=row.id,
        product=row.product,
        name=row.name,
        currency=row.currency,
        unit_amount=row.unit_amount,
        interval=Interval(row.interval),
        interval_count=row.interval_count,
        plan_group=row.plan_group,
        trial_days=row.trial_days,
        features=tuple(row.features),
        usage=tuple(row.usage),
        refund_window_days=row.refund_window_days,
        cancel=row.cancel,
        cancel_message=row.cancel_message,
        cancel_timing=row.cancel_timing,
        policies=row.policies,
        created_at=row.created_at,
        archived_at=row.archived_at,
        revision=row.revision,
    )
