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


@dataclass(frozen=True, kw_only=True)
class SubscriptionDeleted(Event):
    """An ended subscription was deleted by its vendor. What was charged for it keeps its payments and invoices.

    `remaining` is how many subscriptions, ended ones included, the customer has left.
    """

    name = "subscription.deleted"
    version = 1

    subscription: str
    customer: str
    plan: str
    plan_name: str
    deleted_at: str
    remaining: int
    revision: int


@dataclass(frozen=True, kw_only=True)
class SubscriptionRenewed(Event):
    """A new period began and is paid for (`payment` is null where the vendor collects the money itself).

    Also told of the first paid period after a trial. `total` is what was charged, in minor units.
    """

    name = "subscription.renewed"
    version = 1

    subscription: str
    customer: str
    plan: str
    plan_name: str
    period_start: str
    period_end: str
    payment: str | None
    total: int
    currency: str
    revision: int


@dataclass(frozen=True, kw_only=True)
class SubscriptionPlanChanged(Event):
    """A subscription moved to another plan, or will: `takes_effect_at` lies ahead while `scheduled` is true.

    `previous_plan` is where it came from. Quantity and price are those after the change, amounts in minor units.
    """

    name = "subscription.plan_changed"
    version = 1

    subscription: str
    customer: str
    previous_plan: str
    previous_plan_name: str
    plan: str
    plan_name: str
    quantity: int
    unit_amount: int
    currency: str
    interval: str
    interval_count: int
    scheduled: bool
    takes_effect_at: str
    revision: int


@dataclass(frozen=True, kw_only=True)
class SubscriptionQuantityChanged(Event):
    """The number of units changed, or will: `takes_effect_at` lies ahead while `scheduled` is true."""

    name = "subscription.quantity_changed"
    version = 1

    subscription: str
    customer: str
    plan: str
    plan_name: str
    previous_quantity: int
    quantity: int
    scheduled: bool
    takes_effect_at: str
    revision: int


@dataclass(frozen=True, kw_only=True)
class SubscriptionAddonsChanged(Event):
    """How many there are of an add-on changed, or will: `takes_effect_at` lies ahead while `scheduled` is true.

    From `previous_quantity` 0 it was added; to `quantity` 0 it is, or will be, gone. `unit_amount` in minor units.
    """

    name = "subscription.addons_changed"
    version = 1

    subscription: str
    customer: str
    plan: str
    plan_name: str
    addon: str
    addon_name: str
    previous_quantity: int
    quantity: int
    unit_amount: int
    currency: str
    scheduled: bool
    takes_effect_at: str
    revision: int


@dataclass(frozen=True, kw_only=True)
class SubscriptionPaused(Event):
    """No charges and no access from `paused_at` on, which lies ahead while `scheduled` is true.

    `resumes_at` is when it goes on by itself; null: when the customer says so.
    """

    name = "subscription.paused"
    version = 1

    subscription: str
    customer: str
    plan: str
    plan_name: str
    scheduled: bool
    paused_at: str
    resumes_at: str | None
    revision: int


@dataclass(frozen=True, kw_only=True)
class SubscriptionResumed(Event):
    """It goes on: a new period began at `resumed_at`; or a pause that lay ahead was withdrawn (`withdrawn`)."""

    name = "subscription.resumed"
    version = 1

    subscription: str
    customer: str
    plan: str
    plan_name: str
    resumed_at: str
    withdrawn: bool
    period_end: str
    revision: int


@dataclass(frozen=True, kw_only=True)
class SubscriptionPastDue(Event):
    """Its charge failed and is owed: `payment` of `total` minor units. Access goes on while it is tried again."""

    name = "subscription.past_due"
    version = 1

    subscription: str
    customer: str
    plan: str
    plan_name: str
    payment: str
    total: int
    currency: str
    revision: int


@dataclass(frozen=True, kw_only=True)
class SubscriptionRecovered(Event):
    """What was owed is paid; the subscription is active again."""

    name = "subscription.recovered"
    version = 1

    subscription: str
    customer: str
    plan: str
    plan_name: str
    payment: str
    revision: int


@dataclass(frozen=True, kw_only=True)
class SubscriptionTrialEnding(Event):
    """A trial ends soon: at `trial_end`, `total` minor units will be charged for the first period."""

    name = "subscription.trial_ending"
    version = 1

    subscription: str
    customer: str
    plan: str
    plan_name: str
    trial_end: str
    total: int
    currency: str
    has_payment_method: bool
    revision: int


@dataclass(frozen=True, kw_only=True)
class SubscriptionResuming(Event):
    """A pause ends soon by itself: at `resumes_at`, `total` minor units will be charged."""

    name = "subscription.resuming"
    version = 1

    subscription: str
    customer: str
    plan: str
    plan_name: str
    resumes_at: str
    total: int
    currency: str
    revision: int
