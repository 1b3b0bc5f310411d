"""REASONS: the groups of declined charges that a customer is told of in words of their own.

Each has a short name and an advice in every language, `mails.reason.<group>.name` and `.advice`. Portal sorts the
processor's codes into these groups; one that this version does not know is told as a plain decline, so a new group
never holds up a mail about money.
Worked example: `insufficient_funds`: "Not enough funds"; "Top the card up, or use another one."
"""

from typing import Final

DECLINED: Final = "declined"
NO_PAYMENT_METHOD: Final = "no_payment_method"
REASONS: Final = frozenset(
    {
        "insufficient_funds",
        "card_expired",
        "wrong_details",
        "international",
        "authentication_failed",
        NO_PAYMENT_METHOD,
        "processing_error",
        DECLINED,
    }
)


def calculate(reason: str) -> str:
    """The group that is told."""
    return reason if reason in REASONS else DECLINED
