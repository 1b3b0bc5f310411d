"""Coupons, told by portal."""

from dataclasses import dataclass

from shared.events.base import Event


@dataclass(frozen=True, kw_only=True)
class CouponApplied(Event):
    """A subscription got a discount: `percent_off` basis points or `amount_off` minor units, for `periods` charges.

    `periods` null: for every charge from now on.
    """

    name = "coupon.applied"
    version = 1

    coupon: str
    code: str
    subscription: str
    customer: str
    percent_off: int | None
    amount_off: int | None
    currency: str | None
    periods: int | None
