"""Subscriptions, told by portal. `revision` grows with every change of a subscription; keep the largest."""

from dataclasses import dataclass
from typing import Any

from shared.events.base import Event


@dataclass(frozen=True, kw_only=True)
class SubscriptionStarted(Event):
    """A subscription exists. Amounts in minor units; `imported` ones were running before Bursar knew them."""

    name = "subscription.started"
    version = 1

    subscription: str
    customer: str
    plan: str
    plan_name: str
    product: str
    status: str
    quantity: int
    unit_amount: int
    currency: str
    interval: str
    interval_count: int
    current_period_start: str
    current_period_end: str
    imported: bool
    revision: int


@dataclass(frozen=True, kw_only=True)
class SubscriptionCanceled(Event):
    """The customer or vendor asked to end it; access goes on until `ends_at`.

    `timing` is `at_period_end` or `immediately`. `cancellation_details` holds `feedback` (one of the
    eight reasons, or null), `comment` and `reason` (`cancellation_requested`).
    """

    name = "subscription.canceled"
    version = 1

    subscription: str
    customer: str
    plan: str
    plan_name: str
    timing: str
    canceled_at: str
    ends_at: str
    cancellation_details: dict[str, Any]
    revision: int


@dataclass(frozen=True, kw_only=True)
class SubscriptionUncanceled(Event):
    """A scheduled cancel was undone before it took effect: same id, same price, renewal as before."""

    name = "subscription.uncanceled"
    version = 1

    subscription: str
    customer: str
    plan: str
    plan_name: str
    renews_at: str
    revision: int


@dataclass(frozen=True, kw_only=True)
class SubscriptionEnded(Event):
    """A subscription is over: its time ran out after a cancel, or it was canceled at once. Access is gone."""

    name = "subscription.ended"
    version = 1

    subscription: str
    customer: str
    plan: str
    plan_name: str
    ended_at: str
    revision: int
