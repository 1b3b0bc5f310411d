"""DECIDES may a customer come back after the end, and to which plan.

Coming back is a new subscription: a new id, charged now, without a second trial. Before the end there is nothing to
come back to: undoing the cancel is the way. Another plan than before only where the portal offers both coming back and
changing plans; a coupon only where it offers that on coming back. Whoever has a running subscription to the product
already has one; an archived plan takes nobody in; without a payment method one is asked for first.

Worked example: *Pro monthly* ended on 31 May. On 9 June: new subscription from 9 June, charged 25.00 EUR now, next on
9 July. On 30 May, canceled and still running: `invalid_state`. On 9 July with one already running:
`already_subscribed`.
"""

from dataclasses import dataclass

from services.portal.rules.reasons import AlreadySubscribed, PlanArchived
from services.portal.rules.subscriptions.lifecycle import InvalidState, Status
from services.portal.rules.subscriptions.pause import NoPaymentMethod
from shared.errors import Forbidden


class PlanNotOffered(Forbidden):
    """Coming back is possible to the plan one had, not to another."""

    code = "plan_change_not_offered"


class CouponNotOffered(Forbidden):
    """No coupon is taken on coming back."""

    code = "coupon_not_offered"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is wanted on coming back."""

    other_plan: bool
    coupon: bool


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What the portal gives on coming back; a vendor's key has both."""

    other_plan: bool
    coupon: bool


@dataclass(frozen=True, kw_only=True)
class Resubscription:
    """It may be."""

    has_trial: bool = False


def decide(
    *,
    status: Status,
    wish: Wish,
    offer: Offer,
    is_plan_archived: bool,
    has_running_one: bool,
    has_payment_method: bool,
) -> Resubscription:
    """Raises InvalidState, AlreadySubscribed, PlanNotOffered, CouponNotOffered, PlanArchived, NoPaymentMethod."""
    if status is not Status.ENDED:
        raise InvalidState(status=status.value, action="resubscribe")
    if has_running_one:
        raise AlreadySubscribed
    if wish.other_plan and not offer.other_plan:
        raise PlanNotOffered
    if wish.coupon and not offer.coupon:
        raise CouponNotOffered
    if is_plan_archived:
        raise PlanArchived
    if not has_payment_method:
        raise NoPaymentMethod
    return Resubscription()
