"""DECIDES which actions need a verified, recent sign-in.

Canceling, money back, a card, and whatever charges now want proof that is at most 30 minutes old, because they take
something away. Undoing, pausing and coupons take nothing at once, so a verified sign-in of any age will do. Documents,
bought products and tickets are open to every session. A vendor's API key proves itself
with each request and is never asked.

Worked example: a customer signed in by mail at 9:00. At 9:30 sharp they may still cancel; a second later they are
asked for a code first. At 11:00 they may still undo.
"""

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
    Action.PAUSE: Proof.VERIFIED,
    Action.RESUME: Proof.FRESH,
    Action.RESUBSCRIBE: Proof.FRESH,
    Action.UPDATE_PAYMENT_METHOD: Proof.FRESH,
    Action.PAY_INVOICE: Proof.FRESH,
    Action.REQUEST_REFUND: Proof.FRESH,
    Action.DOWNLOAD_INVOICE: Proof.ANY,
    Action.ACCESS_PRODUCT: Proof.ANY,
    Action.OPEN_TICKET: Proof.ANY,
}


class Requester(Protocol):
    """Whoever asks: what the passport says of them."""

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


def require(*, action: Action, by: Requester, now: datetime) -> None:
    """Return when `by` has proven enough for `action`. Raises StepUpRequired."""
    needed = NEEDED[action]
    if by.kind != "customer" or needed is Proof.ANY:
        return
    if by.assurance != "verified" or by.proven_at is None:
        raise StepUpRequired(action=action.value)
    if needed is Proof.FRESH and now - by.proven_at > FRESH_FOR:
        raise StepUpRequired(action=action.value)
