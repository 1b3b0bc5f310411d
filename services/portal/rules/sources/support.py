"""DECIDES what each billing source can do, and which key opens one.

`native` is the engine here and does everything. Stripe bills what was made there; what it cannot do in the way a portal
promises it is not in SUPPORTED, and is denied as `not_supported_by_source`, with that reason, where it would have been
offered: a pause at the end of the paid period (Stripe pauses at once), add-ons, and choosing the card of one
subscription (the card that Stripe charges is kept there). A subscription of several items is shown as one, and its
plan and quantity can't be changed here, since which of the items is meant can't be told.

Worked example: a subscription of Stripe's with one item may change its quantity; with two it is denied. A pause is
denied either way. `rk_test_…` opens Stripe's test mode, never its live one.
"""

import re
from enum import StrEnum
from typing import Final

from services.portal.rules.policy import Action
from shared.errors import FieldError, Invalid


class Source(StrEnum):
    """Who bills a subscription."""

    NATIVE = "native"
    STRIPE = "stripe"


SUPPORTED: Final[dict[Source, frozenset[Action]]] = {
    Source.NATIVE: frozenset(Action),
    Source.STRIPE: frozenset(
        {
            Action.CANCEL,
            Action.UNDO_CANCEL,
            Action.CHANGE_PLAN,
            Action.CHANGE_QUANTITY,
            Action.APPLY_COUPON,
            Action.RESUME,
            Action.RESUBSCRIBE,
            Action.PAY_INVOICE,
            Action.REQUEST_REFUND,
            Action.DOWNLOAD_INVOICE,
            Action.ACCESS_PRODUCT,
            Action.OPEN_TICKET,
            Action.CHANGE_EMAIL,
            Action.UPDATE_DETAILS,
            Action.TOP_UP,
        }
    ),
}
OF_ONE_ITEM: Final = frozenset({Action.CHANGE_PLAN, Action.CHANGE_QUANTITY})
_KEY: Final = re.compile(r"(?:sk|rk)_(test|live)_[A-Za-z0-9_]{4,240}")
_WEBHOOK_SECRET: Final = re.compile(r"whsec_[A-Za-z0-9+/=_-]{4,240}")


def is_elsewhere(source: str) -> bool:
    """Is it billed by somebody else than the engine here?"""
    return source != Source.NATIVE


def is_supported(source: str, action: Action, *, items: int = 1) -> bool:
    """Can the source do this to a subscription of so many items?"""
    return action in SUPPORTED[Source(source)] and (items == 1 or action not in OF_ONE_ITEM)


def check_keys(*, secret_key: str, webhook_secret: str, mode: str) -> None:
    """Return when they look like Stripe's, and the key is of this mode. Raises Invalid."""
    found = _KEY.fullmatch(secret_key)
    if found is None:
        raise Invalid(FieldError.of("stripe.secret_key", "not_a_source_key"))
    if found[1] != mode:
        raise Invalid(FieldError.of("stripe.secret_key", "source_key_of_other_mode", mode=mode))
    if not _WEBHOOK_SECRET.fullmatch(webhook_secret):
        raise Invalid(FieldError.of("stripe.webhook_secret", "not_a_webhook_secret"))
