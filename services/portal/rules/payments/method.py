"""DECIDES which card is charged, which follows after a final no, and which may be removed.

A subscription's own card is charged; without one, the customer's default; without that, none. When the bank said
"never" of a card and the customer is not here to choose, the next card in their order is tried, once for a payment;
after silence nothing else is tried, because the first may have been charged. A card may be removed unless a running
subscription would be left with none: what it served goes to the default, and when the default itself goes, to the
next in order.

Worked example: Ada has Visa (default) and Amex, and one subscription with Amex as its own. Amex may be removed: the
subscription is then charged to Visa. Without Amex, Visa may not be removed while the subscription runs.
"""

from collections.abc import Collection, Sequence

from services.portal.rules.reasons import LastPaymentMethod


def charged(*, own: str | None, default: str | None, kept: Collection[str]) -> str | None:
    """The card that is charged: one of those `kept`, or None."""
    return next((each for each in (own, default) if each is not None and each in kept), None)


def backup(*, ordered: Sequence[str], tried: Collection[str], is_terminal: bool, off_session: bool) -> str | None:
    """The card to try after a decline; None when there is nothing more to try by itself."""
    if not is_terminal or not off_session or len(tried) != 1:
        return None
    return next((each for each in ordered if each not in tried), None)


def require_removable(*, others: int, is_needed: bool) -> None:
    """Return when it may go. `others` are the customer's other cards, `is_needed`: a subscription runs on cards.

    Raises LastPaymentMethod.
    """
    if is_needed and others == 0:
        raise LastPaymentMethod
