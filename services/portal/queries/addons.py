"""Add-ons of the catalog, as the API shows them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.portal.models import Addon
from services.portal.rules.subscriptions.period import Interval
from shared.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class AddonView:
    """An add-on. `unit_amount` in minor units; `plans` empty: all that fit."""

    id: str
    product: str
    name: str
    description: str | None
    unit_label: str | None
    currency: str
    unit_amount: int
    interval: Interval
    interval_count: int
    plans: list[str]
    minimum: int
    maximum: int
    created_at: datetime
    archived_at: datetime | None
    revision: int


def addon(session: Session, *, addon_id: str) -> AddonView:
    """One add-on. Raises NotFound."""
    row = session.scalars(select(Addon).where(Addon.id == addon_id)).one_or_none()
    if row is None:
        raise NotFound
    return addon_view(row)


def addons(*, product: str | None = None) -> Select[Addon]:
    """All add-ons; those of a product."""
    statement = select(Addon)
    return statement if product is None else statement.where(Addon.product == product)


def addon_view(row: Addon) -> AddonView:
    """A row as a view."""
    return AddonView(
        id=row.id,
        product=row.product,
        name=row.name,
        description=row.description,
        unit_label=row.unit_label,
        currency=row.currency,
        unit_amount=row.unit_amount,
        interval=Interval(row.interval),
        interval_count=row.interval_count,
        plans=row.plans,
        minimum=row.minimum,
        maximum=row.maximum,
        created_at=row.created_at,
        archived_at=row.archived_at,
        revision=row.revision,
    )
