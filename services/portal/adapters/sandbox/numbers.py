"""The test numbers: those of Stripe behave as it documents them; ours are kept and then declined for a reason of
their own (1107 to 1503), answer late (4087) or never (5043).

A number is read here, its meaning is kept, and the number is forgotten. Any other is refused like a card that no bank
knows.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Behavior(StrEnum):
    """What a card does."""

    PAYS = "pays"
    DECLINES = "declines"
    ATTACHES_ONLY = "attaches_only"
    CONFIRMS_ONCE = "confirms_once"
    CONFIRMS_ALWAYS = "confirms_always"
    CONFIRMS_IN_VAIN = "confirms_in_vain"
    DISPUTES = "disputes"
    ANSWERS_LATE = "answers_late"
    NEVER_ANSWERS = "never_answers"


@dataclass(frozen=True)
class Meaning:
    """What a number stands for. `decline_code`: with which code it is declined, when it is."""

    behavior: Behavior
    decline_code: str | None = None
    brand: str = "visa"


REFUSED_AT_ONCE: Final = frozenset({Behavior.DECLINES})
"""Cards that can't even be kept: their bank says no when they are entered."""

CHALLENGED_WHEN_KEPT: Final = frozenset({Behavior.CONFIRMS_ONCE, Behavior.CONFIRMS_ALWAYS})
CHALLENGED_WHEN_CHARGED: Final = frozenset({Behavior.CONFIRMS_ALWAYS, Behavior.CONFIRMS_IN_VAIN})

NUMBERS: Final[dict[str, Meaning]] = {
    "4242424242424242": Meaning(Behavior.PAYS),
    "5555555555554444": Meaning(Behavior.PAYS, brand="mastercard"),
    "378282246310005": Meaning(Behavior.PAYS, brand="amex"),
    "4000000000000002": Meaning(Behavior.DECLINES, "generic_decline"),
    "4000000000009995": Meaning(Behavior.DECLINES, "insufficient_funds"),
    "4000000000000069": Meaning(Behavior.DECLINES, "expired_card"),
    "4000000000000127": Meaning(Behavior.DECLINES, "incorrect_cvc"),
    "4000000000000119": Meaning(Behavior.DECLINES, "processing_error"),
    "4000000000009987": Meaning(Behavior.DECLINES, "lost_card"),
    "4000000000009979": Meaning(Behavior.DECLINES, "stolen_card"),
    "4000000000000341": Meaning(Behavior.ATTACHES_ONLY, "generic_decline"),
    "4000002500003155": Meaning(Behavior.CONFIRMS_ONCE),
    "4000000000003220": Meaning(Behavior.CONFIRMS_ALWAYS),
    "4000008400001629": Meaning(Behavior.CONFIRMS_IN_VAIN, "authentication_failed"),
    "4000000000000259": Meaning(Behavior.DISPUTES),
    "4000000000101107": Meaning(Behavior.ATTACHES_ONLY, "insufficient_funds"),
    "4000000000101206": Meaning(Behavior.ATTACHES_ONLY, "expired_card"),
    "4000000000101305": Meaning(Behavior.ATTACHES_ONLY, "stolen_card"),
    "4000000000101404": Meaning(Behavior.ATTACHES_ONLY, "transaction_not_allowed"),
    "4000000000101503": Meaning(Behavior.ATTACHES_ONLY, "processing_error"),
    "4000000000004087": Meaning(Behavior.ANSWERS_LATE),
    "4000000000005043": Meaning(Behavior.NEVER_ANSWERS),
}
ANY_OTHER: Final = Meaning(Behavior.DECLINES, "generic_decline")


def meaning_of(number: str) -> Meaning:
    """What digits without spaces stand for."""
    return NUMBERS.get(number, ANY_OTHER)
