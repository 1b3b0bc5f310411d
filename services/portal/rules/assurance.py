"""DECIDES which actions need a verified, recent sign-in.

Canceling, money back, a card, and whatever charges now want proof that is at most 30 minutes old, because they take
something away. Undoing, pausing, coupons and billing details take nothing at once, so a verified sign-in of any age
will do. Documents, bought products and tickets are open to every session. A vendor's API key proves itself
with each request and is never asked.

A portal may let weak ways in act without any of this (`direct_actions`). Even there a new address is asked for a code,
since it would turn a weak way in into a sure one, and so is an advance by card, which nobody owes.

Worked example: a customer signed in by mail at 9:00. At 9:30 sharp they may still cancel; a second later they are
asked for a code first. At 11:00 they may still undo. Who came by an order number may do neither, and both where the
portal has `direct_actions: [order_number]`.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from services.portal.rules.policy import Action
from shared.errors import StepUpRequired

FRESH_FOR: Final = timedelta(minutes=30)


class Proof(StrEnum):
    """How surely, and how lately, we must know who is asking."""

    ANY = "any"
    VERIFIED = "verified"
    FRESH = "fresh"


NEEDED: Final[dict[Action, Proof]] = {
    Action.CANCEL: Proof.FRESH,
    Action.UNDO_CANCEL: Proof.VERIFIED,
    Action.CHANGE_PLAN: Proof.FRESH,
    Action.CHANGE_QUANTITY: Proof.FRESH,
    Action.APPLY_COUPON: Proof.VERIFIED,
    Action.CHANGE_ADDONS: Proof.FRESH,
    Action.PAUSE: Proof.VERIFIED,
    Action.RESUME: Proof.FRESH,
    Action.RESUBSCRIBE: Proof.FRESH,
    Action.UPDATE_PAYMENT_METHOD: Proof.FRESH,
    Action.PAY_INVOICE: Proof.FRESH,
    Action.REQUEST_REFUND: Proof.FRESH,
    Action.DOWNLOAD_INVOICE: Proof.ANY,
    Action.ACCESS_PRODUCT: Proof.ANY,
    Action.OPEN_TICKET: Proof.ANY,
    Action.CHANGE_EMAIL: Proof.FRESH,
    Action.UPDATE_DETAILS: Proof.VERIFIED,
    Action.TOP_UP: Proof.FRESH,
}
NEVER_DIRECT: Final = frozenset({Action.CHANGE_EMAIL, Action.TOP_UP})


class Requester(Protocol):
    """Whoever asks: what the passport says of them. `role` is that of a delegate, None: the customer's own."""

    @property
    def kind(self) -> str: ...
    @property
    def assurance(self) -> str | None: ...
    @property
    def proven_at(self) -> datetime | None: ...
    @property
    def session(self) -> str | None: ...
    @property
    def portal(self) -> str | None: ...
    @property
    def way_in(self) -> str | None: ...
    @property
    def role(self) -> str | None: ...


def sees_portal(by: Requester) -> bool:
    """Whether `by` sees what a customer may do here: a customer, and staff who look on as one.

    A vendor's key does not. Who looks on is refused whatever they send, before any rule is asked.
    """
    return by.kind == "customer" or is_looking_on(by)


def is_looking_on(by: Requester) -> bool:
    """Staff who see a portal as its customer does."""
    return by.kind == "staff" and by.portal is not None


def require(*, action: Action, by: Requester, direct: Collection[str] = (), now: datetime) -> None:
    """Return when `by` has proven enough for `action` where the ways in `direct` may act. Raises StepUpRequired."""
    needed = NEEDED[action]
    if by.kind != "customer" or needed is Proof.ANY or is_direct(action=action, by=by, direct=direct):
        return
    if by.assurance != "verified" or by.proven_at is None:
        raise StepUpRequired(action=action.value)
    if needed is Proof.FRESH and now - by.proven_at > FRESH_FOR:
        raise StepUpRequired(action=action.value)


def is_direct(*, action: Action, by: Requester, direct: Collection[str]) -> bool:
    """Whether `by` came by one of these ways in, and may do this without more."""
    return by.way_in in direct and action not in NEVER_DIRECT


def is_told(*, action: Action, by: Requester) -> bool:
    """Whether a customer's mailbox hears of what `by` was let do: it was done without the proof it needs elsewhere."""
    return by.kind == "customer" and by.assurance != "verified" and NEEDED[action] is not Proof.ANY
