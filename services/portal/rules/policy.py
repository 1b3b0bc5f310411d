"""DECIDES may this customer do this action on this subscription here.

Every page, API call and embed asks this one rule. It looks at the platform's limits (`rules/limits.py`), the portal
configuration (`rules/portals/offering.py`), the product, the plan and the subscription, in this order. A refusal by
the first two is final. Of the other three the most specific that does not inherit decides, so a subscription may be
allowed what its plan denies. When all inherit, what the configuration allows is allowed. Where the portal has an
action carried out by a person (`execution: manual`), or only a person can do it (giving back money that was taken
elsewhere), everything that would be allowed needs approval instead.

The answer also says what each level said, so that a vendor can see who decided and who would have.

Worked example: the portal allows canceling, the product inherits, the plan denies with "Please call us", the
subscription inherits: denied, `plan_restricted`, decided by the plan, and the customer reads "Please call us". Had
the subscription said allow: allowed, decided by the subscription. Had the portal said `manual` as well: needs
approval, decided by the configuration.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.portal.rules.reasons import (
    REFUSALS,
    ApprovalRequired,
    FeatureDisabled,
    PlanRestricted,
    ProductRestricted,
    Reason,
    SubscriptionRestricted,
)

__all__ = [
    "REFUSALS",
    "Action",
    "Answer",
    "ApprovalRequired",
    "Decision",
    "FeatureDisabled",
    "Level",
    "PlanRestricted",
    "ProductRestricted",
    "Reason",
    "Said",
    "Say",
    "Setting",
    "SubscriptionRestricted",
    "decide",
]


class Action(StrEnum):
    """What a customer may want to do."""

    CANCEL = "cancel"
    UNDO_CANCEL = "undo_cancel"
    CHANGE_PLAN = "change_plan"
    CHANGE_QUANTITY = "change_quantity"
    APPLY_COUPON = "apply_coupon"
    CHANGE_ADDONS = "change_addons"
    PAUSE = "pause"
    RESUME = "resume"
    RESUBSCRIBE = "resubscribe"
    UPDATE_PAYMENT_METHOD = "update_payment_method"
    PAY_INVOICE = "pay_invoice"
    REQUEST_REFUND = "request_refund"
    DOWNLOAD_INVOICE = "download_invoice"
    ACCESS_PRODUCT = "access_product"
    OPEN_TICKET = "open_ticket"
    CHANGE_EMAIL = "change_email"
    UPDATE_DETAILS = "update_details"
    TOP_UP = "top_up"


class Setting(StrEnum):
    """What a level says of an action."""

    INHERIT = "inherit"
    ALLOW = "allow"
    NEEDS_APPROVAL = "needs_approval"
    DENY = "deny"


class Decision(StrEnum):
    """The answer."""

    ALLOWED = "allowed"
    NEEDS_APPROVAL = "needs_approval"
    DENIED = "denied"


class Level(StrEnum):
    """Who decided."""

    PLATFORM = "platform"
    CONFIGURATION = "configuration"
    PRODUCT = "product"
    PLAN = "plan"
    SUBSCRIPTION = "subscription"


_RESTRICTED: Final = {
    Level.PRODUCT: Reason.PRODUCT_RESTRICTED,
    Level.PLAN: Reason.PLAN_RESTRICTED,
    Level.SUBSCRIPTION: Reason.SUBSCRIPTION_RESTRICTED,
}
_DECISIONS: Final = {
    Setting.ALLOW: Decision.ALLOWED,
    Setting.NEEDS_APPROVAL: Decision.NEEDS_APPROVAL,
    Setting.DENY: Decision.DENIED,
}


@dataclass(frozen=True)
class Say:
    """What a product, plan or subscription says of an action, and the vendor's own sentence for it."""

    setting: Setting = Setting.INHERIT
    message: str | None = None


@dataclass(frozen=True, kw_only=True)
class Said:
    """What one level said, whether or not it decided."""

    level: Level
    setting: Setting
    reason: Reason | None = None
    message: str | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The decision, who took it, why not, and what each level said, the general before the specific."""

    action: Action
    decision: Decision
    level: Level
    reason: Reason | None = None
    message: str | None = None
    said: tuple[Said, ...] = ()

    @property
    def is_allowed(self) -> bool:
        return self.decision is Decision.ALLOWED


_INHERITS: Final = Say()


def decide(
    *,
    action: Action,
    limit: Reason | None,
    is_by_hand: bool = False,
    is_enabled: bool,
    is_manual: bool = False,
    gate: Reason | None = None,
    product: Say = _INHERITS,
    plan: Say = _INHERITS,
    subscription: Say = _INHERITS,
) -> Answer:
    """The answer. `limit` is what the platform has against it, `is_by_hand` whether only a person can do it at all;
    `is_enabled` whether the portal offers the action, `is_manual` whether a person carries it out there, `gate` why
    its gate is closed to the product."""
    platform = _said_by_platform(limit, is_by_hand)
    configuration = _said_by_configuration(is_enabled, is_manual, gate)
    general_first = ((Level.PRODUCT, product), (Level.PLAN, plan), (Level.SUBSCRIPTION, subscription))
    said = (platform, configuration, *(_said(level, say) for level, say in general_first))
    decisive = _decisive(said)
    return Answer(
        action=action,
        decision=_DECISIONS[decisive.setting],
        level=decisive.level,
        reason=decisive.reason,
        message=decisive.message,
        said=said,
    )


def _decisive(said: tuple[Said, ...]) -> Said:
    """The word that counts."""
    platform, configuration, *others = said
    if platform.setting is Setting.DENY:
        return platform
    if configuration.setting is Setting.DENY:
        return configuration
    own = next((each for each in reversed(others) if each.setting is not Setting.INHERIT), configuration)
    if own.setting is not Setting.ALLOW:
        return own
    by_a_person = (each for each in (platform, configuration) if each.setting is Setting.NEEDS_APPROVAL)
    return next(by_a_person, own)


def _said_by_platform(limit: Reason | None, is_by_hand: bool) -> Said:
    if limit is not None:
        return Said(level=Level.PLATFORM, setting=Setting.DENY, reason=limit)
    return Said(level=Level.PLATFORM, setting=Setting.NEEDS_APPROVAL if is_by_hand else Setting.ALLOW)


def _said_by_configuration(is_enabled: bool, is_manual: bool, gate: Reason | None) -> Said:
    reason = gate if is_enabled else Reason.FEATURE_DISABLED
    if reason is not None:
        return Said(level=Level.CONFIGURATION, setting=Setting.DENY, reason=reason)
    return Said(level=Level.CONFIGURATION, setting=Setting.NEEDS_APPROVAL if is_manual else Setting.ALLOW)


def _said(level: Level, say: Say) -> Said:
    reason = _RESTRICTED[level] if say.setting is Setting.DENY else None
    message = None if say.setting is Setting.ALLOW else say.message
    return Said(level=level, setting=say.setting, reason=reason, message=message)
