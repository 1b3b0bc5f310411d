"""DECIDES does a portal offer an action, and is it carried out at the click or by a person.

Each action hangs on the feature that a vendor switches on or off. What only takes something back or pays a debt
(undoing a cancel, resuming, paying an open invoice) is always offered: switching a feature off must not lock anybody
in. Canceling and refunds may be `manual`: a person approves, and until then nothing changes.

Worked example: `subscription_update` on, with `["quantity"]`: changing the quantity is offered, changing the plan and
entering a coupon are not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from services.portal.rules.customers import own_details
from services.portal.rules.policy import Action
from services.portal.rules.portals.features import Execution, Features

_SWITCHES: Final[dict[Action, Callable[[Features], bool]]] = {
    Action.CANCEL: lambda features: features.cancel.enabled,
    Action.UNDO_CANCEL: lambda _: True,
    Action.CHANGE_PLAN: lambda features: features.update.price,
    Action.CHANGE_QUANTITY: lambda features: features.update.quantity,
    Action.APPLY_COUPON: lambda features: features.update.promotion_code,
    Action.CHANGE_ADDONS: lambda features: features.addons_enabled,
    Action.PAUSE: lambda features: features.pause.enabled,
    Action.RESUME: lambda _: True,
    Action.RESUBSCRIBE: lambda features: features.resubscribe.enabled,
    Action.UPDATE_PAYMENT_METHOD: lambda features: features.payment_methods_enabled,
    Action.PAY_INVOICE: lambda _: True,
    Action.REQUEST_REFUND: lambda features: features.refund.enabled,
    Action.DOWNLOAD_INVOICE: lambda features: features.invoices_enabled,
    Action.ACCESS_PRODUCT: lambda features: features.product_access_enabled,
    Action.TOP_UP: lambda features: features.wallet.enabled,
    Action.OPEN_TICKET: lambda features: features.tickets_enabled,
    Action.CHANGE_EMAIL: lambda features: "email" in features.details,
    Action.UPDATE_DETAILS: lambda features: bool(own_details.changeable(features.details)),
}
_EXECUTIONS: Final[dict[Action, Callable[[Features], Execution]]] = {
    Action.CANCEL: lambda features: features.cancel.execution,
    Action.REQUEST_REFUND: lambda features: features.refund.execution,
}


@dataclass(frozen=True, kw_only=True)
class Offering:
    """Is it on, and does a person carry it out."""

    is_enabled: bool
    is_manual: bool


def decide(*, action: Action, features: Features) -> Offering:
    """What the portal says of the action."""
    execution = _EXECUTIONS.get(action)
    return Offering(
        is_enabled=_SWITCHES[action](features),
        is_manual=execution is not None and execution(features) is Execution.MANUAL,
    )
