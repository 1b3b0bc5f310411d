"""Coupons: made, put away. What one takes off never changes; that would be another coupon."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.portal.actions import changes
from services.portal.actions.operations import action_log
from services.portal.models import Coupon, Plan
from services.portal.queries import coupons as queries
from services.portal.queries.coupons import CouponView
from shared import ids
from shared.errors import Conflict, FieldError, Invalid, NotFound


class CodeTaken(Conflict):
    """Another coupon has this code."""

    code = "coupon_code_taken"


def create(
    session: Session,
    *,
    code: str,
    name: str,
    percent_off: int | None = None,
    amount_off: int | None = None,
    currency: str | None = None,
    duration: str = "once",
    periods: int | None = None,
    plans: Sequence[str] = (),
    starts_at: datetime | None = None,
    expires_at: datetime | None = None,
    max_redemptions: int | None = None,
    now: datetime,
) -> CouponView:
    """Make a coupon. Raises Invalid, CodeTaken."""
    _require_plans(session, plans)
    row = Coupon(
        id=ids.new("cpn"),
        code=code.strip().upper(),
        name=name,
        percent_off=percent_off,
        amount_off=amount_off,
        currency=currency,
        duration=duration,
        periods=periods,
        plans=list(plans),
        starts_at=starts_at,
        expires_at=expires_at,
        max_redemptions=max_redemptions,
        redeemed=0,
        created_at=now,
        archived_at=None,
        revision=1,
    )
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        raise CodeTaken(code=row.code) from None
    after = {"code": row.code, "percent_off": percent_off, "amount_off": amount_off, "duration": duration}
    action_log.write(session, action="coupon.created", of=row.id, before=None, after=after, now=now)
    return queries.coupon_view(row)


def update(
    session: Session,
    *,
    coupon_id: str,
    values: Mapping[str, Any],
    check: changes.Check = changes.anything,
    now: datetime,
) -> CouponView:
    """Change a coupon's name, limits and time, put it away or bring it back; who has it keeps it.

    Raises NotFound, Invalid, PreconditionFailed.
    """
    wanted = dict(values)
    _require_plans(session, wanted.get("plans", ()))
    row = session.scalars(select(Coupon).where(Coupon.id == coupon_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    check(row.revision)
    most = wanted.get("max_redemptions")
    if most is not None and most < row.redeemed:
        raise Invalid(FieldError.of("max_redemptions", "below_uses", used=row.redeemed))
    if "archived" in wanted:
        wanted["archived_at"] = (row.archived_at or now) if wanted.pop("archived") else None
    changed = changes.apply(row, wanted)
    if changed:
        before, after = changed.before, changed.after
        action_log.write(session, action="coupon.updated", of=row.id, before=before, after=after, now=now)
    return queries.coupon_view(row)


def _require_plans(session: Session, plans: Sequence[str]) -> None:
    """Raises Invalid when one of them is not there."""
    known = set(session.scalars(select(Plan.id).where(Plan.id.in_(plans)))) if plans else set()
    if set(plans) - known:
        raise Invalid(FieldError.of("plans", "unknown_reference"))
