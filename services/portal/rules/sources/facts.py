"""DESCRIBES what another billing source has, in our words: amounts in minor units, currencies in capitals, times UTC.

An adapter makes these of what the source answers; everything else here knows nothing of the source's own format.
`is_gone`: it was deleted there. A plan without `unit_amount` has no fixed price (metered, tiered).
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class CustomerFacts:
    """Who pays there. `email` None: nobody could ever sign in as this customer."""

    id: str
    email: str | None
    name: str | None = None
    phone: str | None = None
    address: tuple[str, ...] = ()
    country: str | None = None
    locale: str | None = None
    is_gone: bool = False


@dataclass(frozen=True, kw_only=True)
class ProductFacts:
    """What is sold there."""

    id: str
    name: str
    description: str | None = None
    unit_label: str | None = None
    is_active: bool = True


@dataclass(frozen=True, kw_only=True)
class PlanFacts:
    """A recurring price there, of a product."""

    id: str
    product: str
    name: str | None
    currency: str
    unit_amount: int | None
    interval: str
    interval_count: int
    trial_days: int = 0
    is_active: bool = True


@dataclass(frozen=True, kw_only=True)
class CouponFacts:
    """A discount there: `percent_off` in basis points, or `amount_off`."""

    id: str
    name: str | None
    percent_off: int | None
    amount_off: int | None
    currency: str | None
    duration: str
    months: int | None
    expires_at: datetime | None = None
    max_redemptions: int | None = None
    redeemed: int = 0
    is_valid: bool = True


@dataclass(frozen=True, kw_only=True)
class SubscriptionFacts:
    """A subscription there. `status` is the source's own word; `item` is the first of its `items`.

    `total` is what all items come to, for those that are more than one. `ours` is our id, where we began it there.
    """

    id: str
    customer: str
    status: str
    plan: PlanFacts
    item: str
    items: int
    quantity: int
    total: int
    started_at: datetime
    period_start: datetime
    period_end: datetime
    trial_end: datetime | None = None
    cancel_at: datetime | None = None
    cancels_at_period_end: bool = False
    canceled_at: datetime | None = None
    ended_at: datetime | None = None
    is_paused: bool = False
    resumes_at: datetime | None = None
    coupon: CouponFacts | None = None
    feedback: str | None = None
    comment: str | None = None
    ours: str | None = None


@dataclass(frozen=True, kw_only=True)
class LineFacts:
    """A line of an invoice there, after discounts."""

    description: str
    quantity: int
    amount: int
    period_start: datetime | None = None
    period_end: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class InvoiceFacts:
    """An invoice there. `tax` is part of `total`. `paid_at` None: it is not paid."""

    id: str
    customer: str
    subscription: str | None
    currency: str
    total: int
    tax: int
    lines: tuple[LineFacts, ...]
    number: str | None = None
    paid_at: datetime | None = None
