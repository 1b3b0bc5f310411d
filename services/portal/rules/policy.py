"""DECIDES may this customer do this action on this subscription here.

Every page, API call and embed asks this one rule. It looks at the platform's limits (the state of the thing), the
portal configuration, the product, the plan and the subscription, in this order. A refusal by the first two is final.
Of the other three the most specific that does not inherit decides, so a subscription may be allowed what its plan
denies. When all inherit, what the configuration allows is allowed. Canceling can be governed by all five levels;
undoing and downloading only by the first two.

Worked example: the portal allows canceling, the product inherits, the plan denies with "Please call us", the
subscription inherits: denied, `plan_restricted`, decided by the plan, and the customer reads "Please call us". Had
the subscription said allow: allowed, decided by the subscription.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.portal.rules.subscriptions.lifecycle import InvalidState
from shared.errors import Forbidden, Refusal


class Action(StrEnum):
    """What a customer may want to do."""

    CANCEL = "cancel"
    UNDO_CANCEL = "undo_cancel"
    DOWNLOAD_INVOICE = "download_invoice"


class Setting(StrEnum):
    """What a product, plan or subscription says of an action."""

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


class Reason(StrEnum):
    """Why not; each has a sentence in every language."""

    INVALID_STATE = "invalid_state"
    FEATURE_DISABLED = "feature_disabled"
    PRODUCT_RESTRICTED = "product_restricted"
    PLAN_RESTRICTED = "plan_restricted"
    SUBSCRIPTION_RESTRICTED = "subscription_restricted"


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


class ApprovalRequired(Forbidden):
    """The vendor wants to be asked first."""

    code = "approval_required"


REFUSALS: Final[dict[Reason, type[Refusal]]] = {
    Reason.INVALID_STATE: InvalidState,
    Reason.FEATURE_DISABLED: FeatureDisabled,
    Reason.PRODUCT_RESTRICTED: ProductRestricted,
    Reason.PLAN_RESTRICTED: PlanRestricted,
    Reason.SUBSCRIPTION_RESTRICTED: SubscriptionRestricted,
}
_RESTRICTED: Final = {
    Level.PRODUCT: Reason.PRODUCT_RESTRICTED,
    Level.PLAN: Reason.PLAN_RESTRICTED,
    Level.SUBSCRIPTION: Reason.SUBSCRIPTION_RESTRICTED,
}
_GOVERNED_BY_ALL: Final = frozenset({Action.CANCEL})


@dataclass(frozen=True)
class Say:
    """What one level says of canceling, and the vendor's own sentence for it."""

    setting: Setting = Setting.INHERIT
    message: str | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The decision, who took it, and why not."""

    action: Action
    decision: Decision
    level: Level
    reason: Reason | None = None
    message: str | None = None

    @property
    def is_allowed(self) -> bool:
        return self.decision is Decision.ALLOWED


_INHERITS: Final = Say()


def decide(
    *,
    action: Action,
    limit: Reason | None,
    is_enabled: bool,
    product: Say = _INHERITS,
    plan: Say = _INHERITS,
    subscription: Say = _INHERITS,
) -> Answer:
    """The answer. `limit` is what the platform has against it; `is_enabled` whether the portal offers the action."""
    if limit is not None:
        return Answer(action=action, decision=Decision.DENIED, level=Level.PLATFORM, reason=limit)
    if not is_enabled:
        return Answer(
            action=action, decision=Decision.DENIED, level=Level.CONFIGURATION, reason=Reason.FEATURE_DISABLED
        )
    if action in _GOVERNED_BY_ALL:
        most_specific_first = ((Level.SUBSCRIPTION, subscription), (Level.PLAN, plan), (Level.PRODUCT, product))
        for level, say in most_specific_first:
            if say.setting is not Setting.INHERIT:
                return _decided_by(action, level, say)
    return Answer(action=action, decision=Decision.ALLOWED, level=Level.CONFIGURATION)


def _decided_by(action: Action, level: Level, say: Say) -> Answer:
    if say.setting is Setting.ALLOW:
        return Answer(action=action, decision=Decision.ALLOWED, level=level)
    if say.setting is Setting.NEEDS_APPROVAL:
        return Answer(action=action, decision=Decision.NEEDS_APPROVAL, level=level, message=say.message)
    return Answer(action=action, decision=Decision.DENIED, level=level, reason=_RESTRICTED[level], message=say.message)
