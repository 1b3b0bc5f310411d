"""DECIDES what is offered to somebody who is about to cancel: one thing, or nothing.

The portal has a list of offers, each for some reasons or for any. The first that fits the reason and that the policy
would allow this customer is offered: a coupon, a pause, another plan, or a talk. What the policy denies is not offered,
nor a coupon that can't be used. Nobody is offered anything twice within 12 months. An offer never stands in the way: it
is shown once, on one page, and canceling goes on from there with one click. Who loads that page again sees it again.

Worked example: offers `too_expensive` → coupon, any → contact. Somebody leaves because it is too expensive: the coupon;
used that coupon before: contact. Somebody who was shown an offer in March is shown none until next March.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

AGAIN_AFTER: Final = timedelta(days=365)


class Kind(StrEnum):
    """What is offered instead."""

    COUPON = "coupon"
    PAUSE = "pause"
    PLAN = "plan"
    CONTACT = "contact"


@dataclass(frozen=True, kw_only=True)
class Offer:
    """Offered to whoever leaves for one of `reasons`; empty: for any reason, and for none."""

    reasons: tuple[str, ...]
    kind: Kind
    coupon: str | None = None
    plan: str | None = None


def decide(
    *,
    offers: Sequence[Offer],
    reason: str | None,
    possible: Collection[Offer],
    offered_at: datetime | None,
    asked_at: datetime | None = None,
    now: datetime,
) -> Offer | None:
    """The one offer; None: go on canceling. `possible` are those that policy and coupon allow.

    `asked_at` is when the form that was sent had been shown.
    """
    if offered_at is not None and now - offered_at < AGAIN_AFTER and not is_again(offered_at, asked_at):
        return None
    for offer in offers:
        fits = not offer.reasons or reason in offer.reasons
        if fits and offer in possible:
            return offer
    return None


def is_again(offered_at: datetime | None, asked_at: datetime | None) -> bool:
    """Is it the very form that led to the offer, sent once more? Anybody who came back has been shown a newer one."""
    return offered_at is not None and asked_at is not None and asked_at <= offered_at
