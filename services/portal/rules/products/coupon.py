"""DECIDES whether a coupon applies, and CALCULATES what it takes off.

A code works between its start and its end, while uses are left, for the plans it names (none: for all), in its own
currency where it takes off an amount, and once for each customer. One coupon at a time: a new one replaces the old.
It takes off a share in basis points, rounded half away from zero, or an amount, never more than there is. It lasts
once, for a number of charges, or for ever; part of a period that a change adds uses none of them up.

Worked example: SPRING takes 20 % off, once. A charge of 49.99 EUR gets a line of -10.00 EUR; the next one none. A
coupon of 60.00 EUR takes 49.99 EUR off and the rest is gone.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from shared.errors import Conflict, TooMany
from shared.totals import HUNDRED_PERCENT, Line

MOST_WRONG: Final = 10
WRONG_WITHIN_SECONDS: Final = 3600


class CouponUnknown(Conflict):
    """There is no such code, or it was put away."""

    code = "coupon_unknown"


class CouponExpired(Conflict):
    """Its time is over, or has not come."""

    code = "coupon_expired"


class CouponUsedUp(Conflict):
    """All its uses are gone."""

    code = "coupon_used_up"


class CouponNotForPlan(Conflict):
    """It is for other plans, or another currency."""

    code = "coupon_not_for_plan"


class CouponAlreadyUsed(Conflict):
    """This customer has used it."""

    code = "coupon_already_used"


class TooManyCodes(TooMany):
    """Ten wrong codes within the hour."""

    code = "too_many_coupon_codes"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """A coupon as it was made."""

    id: str
    code: str
    percent_off: int | None
    amount_off: int | None
    currency: str | None
    duration: str
    periods: int | None
    plans: Collection[str]
    starts_at: datetime | None
    expires_at: datetime | None
    max_redemptions: int | None
    redeemed: int
    is_archived: bool


@dataclass(frozen=True, kw_only=True)
class Discount:
    """What a subscription has of a coupon. `periods_left` counts charges; None: for ever."""

    coupon: str
    code: str
    percent_off: int | None
    amount_off: int | None
    currency: str | None
    periods_left: int | None


def decide(*, coupon: Terms | None, plan: str, currency: str, is_used_by_customer: bool, now: datetime) -> Discount:
    """The discount. Raises one of the five refusals."""
    if coupon is None or coupon.is_archived:
        raise CouponUnknown
    if is_used_by_customer:
        raise CouponAlreadyUsed
    is_early = coupon.starts_at is not None and now < coupon.starts_at
    if is_early or (coupon.expires_at is not None and now >= coupon.expires_at):
        raise CouponExpired
    if coupon.max_redemptions is not None and coupon.redeemed >= coupon.max_redemptions:
        raise CouponUsedUp
    if not is_for(coupon.plans, coupon.currency, plan=plan, currency=currency):
        raise CouponNotForPlan
    return Discount(
        coupon=coupon.id,
        code=coupon.code,
        percent_off=coupon.percent_off,
        amount_off=coupon.amount_off,
        currency=coupon.currency,
        periods_left={"once": 1, "repeating": coupon.periods, "forever": None}[coupon.duration],
    )


def is_for(plans: Collection[str], of_currency: str | None, *, plan: str, currency: str) -> bool:
    """Does a coupon for these `plans` fit this one?"""
    return (not plans or plan in plans) and (of_currency is None or of_currency == currency)


def line(discount: Mapping[str, Any] | Discount | None, base: Line) -> Line | None:
    """What it takes off `base`, as a line of its own of the same tax and period; None where that is nothing."""
    found = of(discount) if isinstance(discount, Mapping) else discount
    if found is None or base.amount <= 0 or found.periods_left == 0:
        return None
    if found.percent_off is not None:
        off = (2 * base.amount * found.percent_off + HUNDRED_PERCENT) // (2 * HUNDRED_PERCENT)
    else:
        off = found.amount_off or 0
    off = min(off, base.amount)
    if off == 0:
        return None
    return Line(
        description=found.code,
        quantity=1,
        amount=-off,
        tax_rate=base.tax_rate,
        period_start=base.period_start,
        period_end=base.period_end,
    )


def used(discount: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What is left of a subscription's discount after one more charge for a whole period."""
    found = of(discount)
    if found is None:
        return None
    if found.periods_left is None:
        return stored(found)
    left = found.periods_left - 1
    return stored(found) | {"periods_left": left} if left > 0 else None


def of(stored_discount: Mapping[str, Any] | None) -> Discount | None:
    """As a subscription keeps it, to what rules take."""
    return None if stored_discount is None else Discount(**stored_discount)


def stored(discount: Discount) -> dict[str, Any]:
    """As a subscription keeps it."""
    return asdict(discount)
