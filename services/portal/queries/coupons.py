"""Coupons and plan groups, as the API shows them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.portal.models import Coupon, PlanGroup
from shared.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class CouponView:
    """A coupon. `percent_off` in basis points, `amount_off` in minor units."""

    id: str
    code: str
    name: str
    percent_off: int | None
    amount_off: int | None
    currency: str | None
    duration: str
    periods: int | None
    plans: list[str]
    starts_at: datetime | None
    expires_at: datetime | None
    max_redemptions: int | None
    redeemed: int
    created_at: datetime
    archived_at: datetime | None
    revision: int


@dataclass(frozen=True, kw_only=True)
class PlanGroupView:
    """Plans that subscribers move among, and the exceptions."""

    id: str
    name: str
    switches: list[dict[str, Any]]
    created_at: datetime
    archived_at: datetime | None
    revision: int


def coupon(session: Session, *, coupon_id: str) -> CouponView:
    """One coupon. Raises NotFound."""
    row = session.scalars(select(Coupon).where(Coupon.id == coupon_id)).one_or_none()
    if row is None:
        raise NotFound
    return coupon_view(row)


def coupons(*, code: str | None) -> Select[Coupon]:
    """All coupons; the one with a code."""
    statement = select(Coupon)
    return statement if code is None else statement.where(Coupon.code == code.strip().upper())


def plan_group(session: Session, *, group_id: str) -> PlanGroupView:
    """One plan group. Raises NotFound."""
    row = session.scalars(select(PlanGroup).where(PlanGroup.id == group_id)).one_or_none()
    if row is None:
        raise NotFound
    return plan_group_view(row)


def plan_groups() -> Select[PlanGroup]:
    """All plan groups."""
    return select(PlanGroup)


def coupon_view(row: Coupon) -> CouponView:
    """A row as a view."""
    return CouponView(
        id=row.id,
        code=row.code,
        name=row.name,
        percent_off=row.percent_off,
        amount_off=row.amount_off,
        currency=row.currency,
        duration=row.duration,
        periods=row.periods,
        plans=row.plans,
        starts_at=row.starts_at,
        expires_at=row.expires_at,
        max_redemptions=row.max_redemptions,
        redeemed=row.redeemed,
        created_at=row.created_at,
        archived_at=row.archived_at,
        revision=row.revision,
    )


def plan_group_view(row: PlanGroup) -> PlanGroupView:
    """A row as a view."""
    return PlanGroupView(
        id=row.id,
        name=row.name,
        switches=row.switches,
        created_at=row.created_at,
        archived_at=row.archived_at,
        revision=row.revision,
    )
