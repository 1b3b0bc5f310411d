"""A customer's timeline: money, mails, sign-ins and the rest of the record in one, newest first, page by page.

Mails and sign-ins are asked of the services that have them. One that does not answer is named on the page.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from flask import Blueprint, Response, request

from services.portal.adapters import Adapters
from services.portal.adapters.auth import SignIn
from services.portal.adapters.notifications import Mail
from services.portal.pages.console import lines
from services.portal.pages.console.lines import Line
from services.portal.queries import billing, customers, delegates, timeline
from services.portal.queries.timeline import Happening, Sort
from shared.database import moments
from shared.database.moments import Place
from shared.errors import Unavailable
from shared.i18n import DEFAULT, catalog
from shared.web import adapters, caller, console, console_lists, session, staff

blueprint = Blueprint("console_timeline", __name__, url_prefix="/console/customers/<customer_id>/timeline")

ROWS: Final = 40


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A moment as the page has it: `line` where it is one of the record; `who` a customer's own person."""

    of: Happening
    line: Line | None
    who: str | None


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Some of a timeline. `older` is the place of the next; `silent` are the services that did not answer."""

    rows: tuple[Shown, ...]
    older: str | None
    silent: tuple[str, ...]


@blueprint.get("")
@staff("read_only")
def show(customer_id: str) -> Response:
    """The timeline from a place on, of all or one sort."""
    who = customers.profile(session(), customer_id=customer_id)
    asked = console_lists.asked("sort", among=tuple(Sort))
    return console.show(
        "portal/console/customers/timeline.html",
        customer=who,
        timeline=stretch(
            customer_id, sort=Sort(asked) if asked else None, place=moments.read(request.args.get("before", ""))
        ),
        sorts=tuple(Sort),
        sort=asked,
        is_newest=not request.args.get("before"),
        zone=billing.settings(session()).zone,
    )


def stretch(customer_id: str, *, sort: Sort | None = None, place: Place | None = None, limit: int = ROWS) -> Stretch:
    """The newest from a place on."""
    lists = [timeline.own(session(), customer_id=customer_id, sort=sort, place=place, limit=limit + 1)]
    silent = []
    for elsewhere, ask in _ASKED.items():
        if sort not in (None, elsewhere):
            continue
        try:
            lists.append(ask(customer_id, place, limit + 1))
        except Unavailable:
            silent.append(elsewhere.value)
    found = timeline.together(lists, limit=limit + 1)
    shown = found[:limit]
    return Stretch(
        rows=_shown(shown),
        older=str(shown[-1].place) if len(found) > limit else None,
        silent=tuple(silent),
    )


def _shown(found: list[Happening]) -> tuple[Shown, ...]:
    recorded = {each.id: each for each in lines.shown(row.entry for row in found if row.entry is not None)}
    people = delegates.names(session(), {each.by for each in found if each.by})
    return tuple(Shown(of=each, line=recorded.get(each.id), who=people.get(each.by or "")) for each in found)


def _sign_ins(customer_id: str, place: Place | None, limit: int) -> list[Happening]:
    told = adapters(Adapters).auth.sign_ins(customer_id, place=place, limit=limit, passport=caller().passport)
    return [_came_in(each) for each in told]


def _came_in(told: SignIn) -> Happening:
    where = ", ".join(each for each in (told.browser, told.system) if each) or None
    came = Happening(id=told.id, at=told.at, sort=Sort.SIGN_IN, what=told.way_in, about=where, by=told.delegate)
    if told.ended_for is None:
        return came
    is_known = f"console.timeline.ended.{told.ended_for}" in catalog(DEFAULT)
    return replace(came, what=told.ended_for if is_known else "other", is_over=True)


def _mails(customer_id: str, place: Place | None, limit: int) -> list[Happening]:
    told = adapters(Adapters).notifications.mails(customer_id, place=place, limit=limit, passport=caller().passport)
    return [_written(each) for each in told]


def _written(told: Mail) -> Happening:
    return Happening(
        id=told.id, at=told.at, sort=Sort.MAIL, what=told.kind, about=told.subject or told.to, state=told.state
    )


_ASKED: Final[dict[Sort, Callable[[str, Place | None, int], list[Happening]]]] = {
    Sort.SIGN_IN: _sign_ins,
    Sort.MAIL: _mails,
}
"""Who has what portal has not."""
