"""What portal asks of its siblings for a customer's timeline: from which place on, how much, on whose behalf."""

from dataclasses import dataclass
from typing import Final

from flask import request

from shared.database import moments
from shared.database.moments import Place
from shared.errors import NotFound
from shared.web.context import caller

MOST: Final = 100


@dataclass(frozen=True)
class Asked:
    """The stretch that is wanted: `limit` moments from `place` on, or the newest."""

    place: Place | None
    limit: int


def by_staff() -> Asked:
    """What staff in the console ask for, by their own passport. Raises NotFound for anybody else."""
    who = caller()
    if who.kind != "staff" or who.is_looking_on:
        raise NotFound
    limit = request.args.get("limit", MOST, type=int)
    return Asked(place=moments.read(request.args.get("before", "")), limit=max(1, min(limit, MOST)))
