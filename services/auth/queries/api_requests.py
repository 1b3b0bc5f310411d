"""What the vendor's keys asked of the API: auth's own lines and those of its siblings, as one list."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from services.auth.adapters import Adapters
from shared import clock
from shared.database import Begin, Session, api_requests, scope
from shared.database.api_requests import ApiRequest, Wanted
from shared.errors import NotFound, Unavailable

_AT_ONCE: Final = 500  # lines of a file


@dataclass(frozen=True, kw_only=True)
class Found:
    """A page, newest first; `has_more` in the direction of travel. `missing`: services that did not answer.

    `knows_place`: where the page begins is a line of the list.
    """

    data: tuple[ApiRequest, ...]
    has_more: bool
    knows_place: bool
    missing: tuple[str, ...]


def page(session: Session, adapters: Adapters, wanted: Wanted, *, now: datetime) -> Found:
    """The scope's lines that fit. Siblings are asked first: no connection is held meanwhile."""
    more = replace(wanted, limit=wanted.limit + 1)
    here = scope.values()
    told = adapters.siblings.api_requests(more, **here, passport=adapters.passports.issue_own(now=now))
    parts = [*told.values(), api_requests.find(session, more, **here)]
    lines = [line for part in parts if part is not None for line in part.data]
    nearest = sorted(lines, key=lambda line: line.id, reverse=wanted.before is None)[: wanted.limit]
    return Found(
        data=tuple(sorted(nearest, key=lambda line: line.id, reverse=True)),
        has_more=len(lines) > wanted.limit,
        knows_place=any(part is not None and part.knows_place for part in parts),
        missing=tuple(name for name, part in told.items() if part is None),
    )


def one(session: Session, adapters: Adapters, request_id: str, *, now: datetime) -> ApiRequest:
    """A line of the scope's. Raises NotFound; Unavailable where a service that may have it does not answer."""
    found = page(session, adapters, Wanted(id=request_id, limit=1), now=now)
    if found.data:
        return found.data[0]
    check_whole(found)
    raise NotFound


def check_whole(found: Found) -> None:
    """Raises Unavailable where a service did not answer."""
    if found.missing:
        raise Unavailable(part=found.missing[0])


def batches(begin: Begin, adapters: Adapters, wanted: Wanted) -> Iterator[list[Mapping[str, Any]]]:
    """All lines that fit, newest first. Raises Unavailable where a service does not answer."""
    place: str | None = None
    while True:
        with begin() as session:
            found = page(session, adapters, replace(wanted, limit=_AT_ONCE, after=place), now=clock.now())
        check_whole(found)
        yield [{**vars(line), "path": line.path, "refused_fields": " ".join(line.fields)} for line in found.data]
        if not found.has_more:
            return
        place = found.data[-1].id
