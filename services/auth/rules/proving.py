"""DECIDES whether a client may try another proof at a vendor's widgets.

Ten that were forged within a minute, from one address (IPv6: one /64) at one vendor, and the next is answered "too
many", right or wrong, until the minute is over. A proof that was right but names no customer counts for nothing.
Worked example: the tenth wrong hash within a minute is refused like the first; the eleventh gets 429.
"""

from typing import Final

from services.auth.rules.sign_in import MINUTE
from shared.errors import TooMany

WRONG_PER_CLIENT: Final = 10


class TooManyProofs(TooMany):
    """One client was wrong too often."""

    code = "too_many_proofs"


def decide(*, wrong_last_minute: int) -> None:
    """Raises TooManyProofs."""
    if wrong_last_minute >= WRONG_PER_CLIENT:
        raise TooManyProofs(retry_after=int(MINUTE.total_seconds()))
