"""DECIDES is this the very thing that was shown and agreed to.

What takes something away from a customer is done in two steps: the first shows what will happen, the second brings
back a confirmation of exactly that. It counts once, for 15 minutes, for the session, action and object it was issued
for, and only while what was shown is still what would happen.

Worked example: the page said "ends on 31 May"; in the meantime the period was renewed and it would end on 30 June.
The confirmation is genuine but outdated: nothing happens, and the new date is shown first.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.errors import Conflict

GOOD_FOR: Final = timedelta(minutes=15)


class ConfirmationInvalid(Conflict):
    """There is none, or it was used, has expired, or was issued for something else."""

    code = "confirmation_invalid"


class PreviewOutdated(Conflict):
    """It was genuine, but what was shown is no longer what would happen."""

    code = "preview_outdated"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What was shown to whom: `fingerprint` stands for the amounts and dates on the page."""

    session: str
    action: str
    object: str
    fingerprint: str


def decide(*, given: Shown | None, expires_at: datetime | None, is_used: bool, expected: Shown, now: datetime) -> None:
    """Return when `given` confirms `expected`. Raises ConfirmationInvalid, PreviewOutdated."""
    if given is None or expires_at is None or is_used or now >= expires_at:
        raise ConfirmationInvalid
    if (given.session, given.action, given.object) != (expected.session, expected.action, expected.object):
        raise ConfirmationInvalid
    if given.fingerprint != expected.fingerprint:
        raise PreviewOutdated
