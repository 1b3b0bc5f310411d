"""DECIDES whether a permanent link may be used now, and whether several people are mailed theirs.

It lives until it is replaced, revoked or its customer is gone, and opens a session that only looks on. It is used 20
times an hour at most, and one client tries 20 wrong ones an hour: past either, "too many". Unknown, revoked and
foreign links are answered alike.
Whoever is sent a link along with others is not sent it again within ten minutes, whatever is clicked or loaded twice.
Worked example: a link posted in a forum is refused to the 21st visitor of the hour; replacing it ends it at once.
"""

from datetime import datetime, timedelta
from typing import Final

from services.auth.rules.sign_in import TooManySignIns
from shared.errors import Conflict

USES_PER_LINK: Final = 20
WRONG_PER_CLIENT: Final = 20
HOUR_IN_SECONDS: Final = 3600
AGAIN_AFTER: Final = timedelta(minutes=10)


class LinksOff(Conflict):
    """No portal of the vendor lists permanent links among its ways in."""

    code = "permanent_links_off"


def is_due(*, mailed_at: datetime | None, now: datetime) -> bool:
    """Whether somebody whose link was mailed last at `mailed_at` is sent it along with others."""
    return mailed_at is None or now - mailed_at >= AGAIN_AFTER


def decide(*, uses_last_hour: int, wrong_last_hour: int) -> None:
    """Raises TooManySignIns."""
    if uses_last_hour >= USES_PER_LINK or wrong_last_hour >= WRONG_PER_CLIENT:
        raise TooManySignIns(retry_after=HOUR_IN_SECONDS)
