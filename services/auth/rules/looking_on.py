"""DECIDES for what reason staff may see a customer's pages: one that can be read later, by the customer as well.

A reason has three to 300 characters in one line that can be printed. It stands in the action log, and the customer
reads it among what happened on the account.
Worked example: `Asks why the invoice says 19 %` is taken, `..` is not.
"""

from typing import Final

from shared.errors import FieldError, Invalid

SHORTEST: Final = 3
LONGEST: Final = 300


def decide(reason: str) -> str:
    """The reason as it is kept. Raises Invalid."""
    kept = " ".join(reason.split())
    if len(kept) < SHORTEST:
        raise Invalid(FieldError.of("reason", "required"))
    if len(kept) > LONGEST:
        raise Invalid(FieldError.of("reason", "too_long", most=LONGEST))
    if not kept.isprintable():
        raise Invalid(FieldError.of("reason", "bad_line", maximum=LONGEST))
    return kept
