"""Addresses that mails stay away from, in the console: found, added, and written to again."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from flask import Blueprint, Response, request
from sqlalchemy import Select

from services.notifications.actions import suppressions as actions
from services.notifications.queries import lists
from services.notifications.queries import suppressions as queries
from services.notifications.rules.suppression import Reason
from shared import clock, spreadsheet
from shared.errors import Refusal
from shared.web import begin, chosen, console, console_lists, in_steps, redirect_to, session, staff
from shared.web.downloads import attached, within_scope

blueprint = Blueprint("console_suppressions", __name__, url_prefix="/console/messages/suppressions")

HOME: Final = "/console/messages/suppressions"
_COLUMNS: Final = ("id", "address", "reason", "message", "detail", "created_at")
_LONGEST_NOTE: Final = 500
_DONE: Final = ("added", "lifted")


@blueprint.get("")
@staff("read_only")
def index() -> Response:
    """The addresses that fit, newest first."""
    return _page()


@blueprint.post("")
@staff("support")
def change() -> Response:
    """Nothing goes to this address any more; or mails go again to the addresses that are ticked."""
    if "do" in request.form:
        return chosen.answered(HOME, kind="suppressions", named=_named, doings={"lift": _lift})

    def do() -> Response:
        note = request.form.get("note", "").strip()[:_LONGEST_NOTE] or None
        typed = request.form.get("address", "")[: console.LONGEST]
        actions.add(session(), address=typed, reason=Reason.MANUAL, detail=note, now=clock.now())
        return redirect_to(f"{HOME}?done=added")

    return console.answered(do, refused=lambda refusal: _page(refusal=refusal))


@blueprint.get("/csv")
@staff("read_only")
@in_steps
def table() -> Response:
    """The same addresses for a spreadsheet, all of them."""
    lines = spreadsheet.streamed(_COLUMNS, _batches())
    return attached(within_scope(lines), name="suppressions.csv", mimetype="text/csv")


@blueprint.post("/<suppression_id>/lift")
@staff("support")
def lift(suppression_id: str) -> Response:
    """The address is written to again."""
    actions.lift(session(), suppression_id=suppression_id)
    return redirect_to(f"{HOME}?done=lifted")


def _page(*, refusal: Refusal | None = None) -> Response:
    found = console_lists.cut(_listing(), queries.ROW)
    return console.show(
        "notifications/console/suppressions.html",
        refusal=refusal,
        listed=[queries.view(row) for row in found.rows],
        cut=found,
        asked={name: console_lists.asked(name) or "" for name in ("q", "reason")},
        reasons=tuple(Reason),
        typed=request.form,
        longest_note=_LONGEST_NOTE,
        csv=console_lists.address(f"{HOME}/csv"),
        done=console_lists.asked("done", among=_DONE),
        offer=chosen.offer(HOME, kind="suppressions", role="support", doings=("lift",)),
    )


def _lift(suppression_id: str) -> bool:
    actions.lift(session(), suppression_id=suppression_id)
    return True


def _named(ids: Sequence[str]) -> dict[str, str]:
    found = console_lists.picked(queries.listing(), queries.ROW, ids)
    return {each: row.address for each, row in found.items()}


def _listing() -> Select[Any]:
    """What the address asks for: a part of an address, a reason."""
    return queries.listing(address=console_lists.asked("q"), reason=console_lists.asked("reason", among=tuple(Reason)))


def _batches() -> Iterator[list[Mapping[str, Any]]]:
    listing = _listing()  # while there is a request to ask
    return lists.batches(begin(), listing, queries.ROW, queries.view)
