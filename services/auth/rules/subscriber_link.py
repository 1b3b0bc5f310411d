"""DECIDES whether a permanent link may be used now.

It lives until it is replaced, revoked or its customer is gone, and opens a session that only looks on. It is used 20
times an hour at most, and one client tries 20 wrong ones an hour: past either, "too many". Unknown, revoked and
foreign links are answered alike.
Worked example: a link posted in a forum is refused to the 21st visitor of the hour; replacing it ends it at once.
"""

from typing import Final

from services.auth.rules.sign_in import TooManySignIns
from shared.errors import Conflict

USES_PER_LINK: Final = 20
WRONG_PER_CLIENT: Final = 20
HOUR_IN_SECONDS: Final = 3600


class LinksOff(Conflict):
    """No portal of the vendor lists permanent links among its ways in."""

    code = "permanent_links_off"


def decide(*, uses_last_hour: int, wrong_last_hour: int) -> None:
    """Raises TooManySignIns."""
    if uses_last_hour >= USES_PER_LINK or wrong_last_hour >= WRONG_PER_CLIENT:
        raise TooManySignIns(retry_after=HOUR_IN_SECONDS)
