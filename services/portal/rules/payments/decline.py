"""DECIDES what a customer is told of a declined charge, and whether the same card is worth another try.

Each code of a processor belongs to a group, and each group has a sentence with a next step. A lost or stolen card reads
like any decline: whoever holds it need not learn that it is known. The code itself is for the vendor alone. *Terminal*
codes mean "never" of the bank: the same card is not tried again for this payment.

Worked example: `insufficient_funds`: "There was not enough money on this card. Top it up or use another one."
`stolen_card`: "Your bank declined this card. Use another one, or ask your bank.", and this card is not tried again.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Group(StrEnum):
    """What a person is told of; each has `portal.decline.<group>` in every language."""

    INSUFFICIENT_FUNDS = "insufficient_funds"
    CARD_EXPIRED = "card_expired"
    WRONG_DETAILS = "wrong_details"
    INTERNATIONAL = "international"
    AUTHENTICATION_FAILED = "authentication_failed"
    NO_PAYMENT_METHOD = "no_payment_method"
    PROCESSING_ERROR = "processing_error"
    DECLINED = "declined"


@dataclass(frozen=True)
class Decline:
    """The group, its sentence, and whether the bank means for ever."""

    group: Group
    is_terminal: bool

    @property
    def sentence(self) -> str:
        """The key of what a customer reads."""
        return f"portal.decline.{self.group.value}"


NO_PAYMENT_METHOD: Final = "no_payment_method"
"""Our own code: there was no card to charge."""

AUTHENTICATION_REQUIRED: Final = "authentication_required"
"""The bank wants the customer, who was not here."""

GROUPS: Final[dict[str, Group]] = {
    "insufficient_funds": Group.INSUFFICIENT_FUNDS,
    "withdrawal_count_limit_exceeded": Group.INSUFFICIENT_FUNDS,
    "card_velocity_exceeded": Group.INSUFFICIENT_FUNDS,
    "expired_card": Group.CARD_EXPIRED,
    "incorrect_cvc": Group.WRONG_DETAILS,
    "invalid_cvc": Group.WRONG_DETAILS,
    "incorrect_number": Group.WRONG_DETAILS,
    "invalid_number": Group.WRONG_DETAILS,
    "invalid_expiry_month": Group.WRONG_DETAILS,
    "invalid_expiry_year": Group.WRONG_DETAILS,
    "transaction_not_allowed": Group.INTERNATIONAL,
    "card_not_supported": Group.INTERNATIONAL,
    "currency_not_supported": Group.INTERNATIONAL,
    "authentication_failed": Group.AUTHENTICATION_FAILED,
    AUTHENTICATION_REQUIRED: Group.AUTHENTICATION_FAILED,
    NO_PAYMENT_METHOD: Group.NO_PAYMENT_METHOD,
    "processing_error": Group.PROCESSING_ERROR,
    "issuer_not_available": Group.PROCESSING_ERROR,
    "try_again_later": Group.PROCESSING_ERROR,
}
TERMINAL: Final = frozenset(
    {"stolen_card", "lost_card", "pickup_card", "account_closed", "invalid_account", "restricted_card"}
)


def decide(code: str | None) -> Decline:
    """What a decline code comes to; an unknown one is a plain decline."""
    return Decline(GROUPS.get(code or "", Group.DECLINED), code in TERMINAL)
