"""REFUSALS: every reason for which an action can be refused, and how each is answered.

Each reason has a sentence for the customer (`portal.reason.<reason>`) and one for the caller of the API
(`errors.<reason>`) in every language. What the customer could change (a state, a last card) is a conflict; what only
the vendor can change is forbidden.

Worked example: a plan that says `cancel: deny` is `plan_restricted`, answered 403; a second cancel of what has ended
is `invalid_state`, answered 409.
"""

from enum import StrEnum
from typing import Final

from services.portal.rules.subscriptions.lifecycle import InvalidState
from shared.errors import Conflict, Forbidden, Refusal


class Reason(StrEnum):
    """Why not; each has a sentence in every language."""

    VENDOR_SUSPENDED = "vendor_suspended"
    READ_ONLY_SESSION = "read_only_session"
    ROLE_NOT_ALLOWED = "role_not_allowed"
    INVALID_STATE = "invalid_state"
    FEATURE_DISABLED = "feature_disabled"
    PRODUCT_RESTRICTED = "product_restricted"
    PLAN_RESTRICTED = "plan_restricted"
    SUBSCRIPTION_RESTRICTED = "subscription_restricted"
    NOT_PAID_YET = "not_paid_yet"
    NO_ACTIVE_SUBSCRIPTION = "no_active_subscription"
    TIMING_NOT_ALLOWED = "timing_not_allowed"
    SWITCH_NOT_ALLOWED = "switch_not_allowed"
    QUANTITY_OUT_OF_RANGE = "quantity_out_of_range"
    PLAN_ARCHIVED = "plan_archived"
    ALREADY_SUBSCRIBED = "already_subscribed"
    LAST_PAYMENT_METHOD = "last_payment_method"
    REFUND_WINDOW_OVER = "refund_window_over"
    ALREADY_REFUNDED = "already_refunded"
    NOT_SUPPORTED_BY_SOURCE = "not_supported_by_source"


class VendorSuspended(Forbidden):
    """The operator has suspended the vendor."""

    code = "vendor_suspended"


class ReadOnlySession(Forbidden):
    """Somebody looks on and can't be raised to more."""

    code = "read_only_session"


class RoleNotAllowed(Forbidden):
    """Who is asking is known, but not in a role that may do this."""

    code = "role_not_allowed"


class FeatureDisabled(Forbidden):
    """The portal does not offer this."""

    code = "feature_disabled"


class ProductRestricted(Forbidden):
    """The product does not allow it."""

    code = "product_restricted"


class PlanRestricted(Forbidden):
    """The plan does not allow it."""

    code = "plan_restricted"


class SubscriptionRestricted(Forbidden):
    """This one subscription does not allow it."""

    code = "subscription_restricted"


class NotPaidYet(Forbidden):
    """The portal shows a product from its first payment on, and there is none."""

    code = "not_paid_yet"


class NoActiveSubscription(Forbidden):
    """The portal shows a product while a subscription to it runs, and none does."""

    code = "no_active_subscription"


class TimingNotAllowed(Forbidden):
    """It may be done, but not at this moment of the period."""

    code = "timing_not_allowed"


class SwitchNotAllowed(Forbidden):
    """This plan does not lead to that one."""

    code = "switch_not_allowed"


class QuantityOutOfRange(Conflict):
    """Fewer than the least, or more than the most."""

    code = "quantity_out_of_range"


class PlanArchived(Conflict):
    """Nobody can newly subscribe to the plan."""

    code = "plan_archived"


class AlreadySubscribed(Conflict):
    """A subscription to the product runs already."""

    code = "already_subscribed"


class LastPaymentMethod(Conflict):
    """What runs would be left without a payment method."""

    code = "last_payment_method"


class RefundWindowOver(Forbidden):
    """The time in which money is given back has passed."""

    code = "refund_window_over"


class AlreadyRefunded(Conflict):
    """All of the payment has been given back."""

    code = "already_refunded"


class NotSupportedBySource(Forbidden):
    """Where the subscription is billed, this can't be done."""

    code = "not_supported_by_source"


class ApprovalRequired(Forbidden):
    """The vendor wants to be asked first."""

    code = "approval_required"


REFUSALS: Final[dict[Reason, type[Refusal]]] = {
    Reason.VENDOR_SUSPENDED: VendorSuspended,
    Reason.READ_ONLY_SESSION: ReadOnlySession,
    Reason.ROLE_NOT_ALLOWED: RoleNotAllowed,
    Reason.INVALID_STATE: InvalidState,
    Reason.FEATURE_DISABLED: FeatureDisabled,
    Reason.PRODUCT_RESTRICTED: ProductRestricted,
    Reason.PLAN_RESTRICTED: PlanRestricted,
    Reason.SUBSCRIPTION_RESTRICTED: SubscriptionRestricted,
    Reason.NOT_PAID_YET: NotPaidYet,
    Reason.NO_ACTIVE_SUBSCRIPTION: NoActiveSubscription,
    Reason.TIMING_NOT_ALLOWED: TimingNotAllowed,
    Reason.SWITCH_NOT_ALLOWED: SwitchNotAllowed,
    Reason.QUANTITY_OUT_OF_RANGE: QuantityOutOfRange,
    Reason.PLAN_ARCHIVED: PlanArchived,
    Reason.ALREADY_SUBSCRIBED: AlreadySubscribed,
    Reason.LAST_PAYMENT_METHOD: LastPaymentMethod,
    Reason.REFUND_WINDOW_OVER: RefundWindowOver,
    Reason.ALREADY_REFUNDED: AlreadyRefunded,
    Reason.NOT_SUPPORTED_BY_SOURCE: NotSupportedBySource,
}
