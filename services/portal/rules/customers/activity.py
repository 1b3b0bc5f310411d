"""DECIDES what a customer reads of the action log, "what happened on my account", and who it says has done it.

A customer reads every line about their account, each as a sentence of the catalogs; what has no sentence of its own is
told as a change of their account, so that nothing is kept from them. Only what staff note for themselves, and what a
page merely showed, is not told. Values before and after are not told: they are the vendor's words, not theirs; but for
the reason for which staff saw the customer's pages, who wrote it knowing that. It was
*you*, one of your own *people*, by name, *the shop* (its people and its programs), or *Bursar*, when the clock did it.

Worked example: a line `subscription.canceled` by the key of the vendor reads "A subscription was canceled", by the
shop. A line `ticket.noted` does not read at all.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Who(StrEnum):
    """Who has done it, to a customer's eyes."""

    YOU = "you"
    SHOP = "shop"
    PERSON = "person"
    BURSAR = "bursar"


@dataclass(frozen=True)
class Told:
    """Which sentence, and who."""

    sentence: str
    who: Who


OTHER: Final = "other"
VIEWED: Final = "customer.viewed"
SILENT: Final = frozenset({"ticket.noted", "subscription.offer_shown"})
SENTENCES: Final = frozenset(
    """
    delegate.changed delegate.invited delegate.revoked
    coupon.applied coupon.refused coupon.removed
    credit.added credit.granted credit.topped_up credit.withdrawn
    customer.created customer.export_fetched customer.export_requested customer.updated customer.viewed
    license_key.updated
    payment.declined payment.not_retried payment.recorded payment.succeeded payment.too_late
    payment_method.added payment_method.made_default payment_method.moved payment_method.removed
    refund.denied refund.failed refund.requested refund.succeeded
    subscription.addon_change_scheduled subscription.addon_changed subscription.addon_declined
    subscription.began subscription.billing_stopped
    subscription.canceled subscription.change_declined subscription.change_scheduled subscription.change_too_late
    subscription.change_withdrawn subscription.changed subscription.deleted subscription.ended subscription.offer_taken
    subscription.past_due subscription.pause_scheduled subscription.pause_withdrawn subscription.paused
    subscription.payment_method_changed subscription.recovered subscription.renewed subscription.resume_declined
    subscription.resumed subscription.start_declined subscription.started subscription.uncanceled subscription.updated
    recipient.added recipient.asked_again recipient.confirmed recipient.removed recipient.unsubscribed recipient.updated
    session.ended
    ticket.answered ticket.approved ticket.closed ticket.declined ticket.open ticket.opened
    """.split()
)
_WHO: Final = {"delegate": Who.PERSON, "customer": Who.YOU, "staff": Who.SHOP, "key": Who.SHOP}


def decide(*, action: str, actor_kind: str) -> Told:
    """What is said of a line that is not SILENT."""
    return Told(sentence=action if action in SENTENCES else OTHER, who=_WHO.get(actor_kind, Who.BURSAR))
