"""DECIDES whether a host still counts as its vendor's.

The record that proves it is looked for when the vendor says that it is set, though not more than once in five seconds
(a name server that is silent would have all of us wait), and once a day from then on. Found, the host counts. Not
there, it goes on counting for three days, so that a slip in somebody's zone does not close a portal; then it does not,
until it is proven anew. Where nobody could tell, nothing changes.

Worked example: proven on 1 May, the record vanishes on the 10th: the portal is at its host until the 13th, and links
lead to the installation's own address from then on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

EVERY: Final = timedelta(days=1)
PATIENCE: Final = timedelta(days=3)
BETWEEN: Final = timedelta(seconds=5)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Since when a host is proven, and since when its record is missing; None: not at all."""

    verified_at: datetime | None
    missing_since: datetime | None


def may_look(*, looked_at: datetime | None, now: datetime) -> bool:
    """Whether a vendor may have it looked for again."""
    return looked_at is None or not timedelta(0) <= now - looked_at < BETWEEN


def decide(standing: Standing, *, is_there: bool, now: datetime) -> Standing:
    """How the host stands once the record was found, or was not."""
    if is_there:
        return Standing(verified_at=standing.verified_at or now, missing_since=None)
    if standing.verified_at is None:
        return Standing(verified_at=None, missing_since=None)
    since = standing.missing_since or now
    if now - since >= PATIENCE:
        return Standing(verified_at=None, missing_since=None)
    return Standing(verified_at=standing.verified_at, missing_since=since)
