"""The queue: what waits for staff, narrowed by the address, as a page and as a file; questions closed in bulk."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, Response
from sqlalchemy import Select

from services.portal.actions.support import tickets as actions
from services.portal.pages.console.tickets import due
from services.portal.queries import ticket_queue, tickets, time
from services.portal.queries.ticket_queue import LATE, WAITING, Queued
from services.portal.rules.support.ticket import KINDS, TicketStatus
from shared import spreadsheet
from shared.database import Session
from shared.web import begin, caller, chosen, console, console_lists, in_steps, session, staff
from shared.web.downloads import attached, within_scope

blueprint = Blueprint("console_tickets", __name__, url_prefix="/console/tickets")

HOME: Final = "/console/tickets"
ANY: Final = "any"
STATES: Final = (WAITING, LATE, *(each.value for each in TicketStatus), ANY)
SOONEST: Final = "due"
ORDERS: Final = ("newest", SOONEST)
_OF_TICKET: Final = (
    "id",
    "subject",
    "kind",
    "status",
    "customer",
    "helpdesk",
    "opened_at",
    "changed_at",
    "resolved_at",
    "due_at",
)
_COLUMNS: Final = (*_OF_TICKET, "customer_name", "helpdesk_name", "renews_at")


@blueprint.get("")
@staff("read_only")
def show() -> Response:
    """What fits, the newest or what is due soonest first; what waits, where nothing is asked for."""
    now, order = time.now(session()), console_lists.asked("sort", among=ORDERS) or ORDERS[0]
    found = console_lists.cut(
        _wanted(session(), now), ticket_queue.ROW, by=ticket_queue.DUE if order == SOONEST else None
    )
    return console.show(
        "portal/console/tickets/index.html",
        rows=ticket_queue.queued(session(), found.rows, now=now),
        cut=found,
        state=_state(),
        asked={name: console_lists.asked(name) or "" for name in ("kind", "helpdesk", "q")},
        due_words=due.words,
        order=order,
        orders=ORDERS,
        states=STATES,
        kinds=KINDS,
        desks=ticket_queue.helpdesk_names(session()),
        csv=console_lists.address(f"{HOME}/list.csv"),
        offer=chosen.offer(HOME, kind="tickets", role="support", doings=("close",)),
    )


@blueprint.get("/list.csv")
@staff("read_only")
@in_steps
def table() -> Response:
    """The same tickets for a spreadsheet, all of them."""
    start = begin()
    with start() as step:
        now = time.now(step)
        statement = _wanted(step, now)

    def rows() -> Iterator[list[Mapping[str, Any]]]:
        for batch in ticket_queue.batches(start, statement, now=now):
            yield [_line(each) for each in batch]

    return attached(within_scope(spreadsheet.streamed(_COLUMNS, rows())), name="tickets.csv", mimetype="text/csv")


@blueprint.post("")
@staff("support")
def change_chosen() -> Response:
    """Close the ticked questions. Requests want a decision each, so they stay, and so does what is over."""

    def close(ticket_id: str) -> bool:
        was_closed = tickets.ticket(session(), ticket_id=ticket_id).status == TicketStatus.CLOSED
        actions.close(session(), ticket_id=ticket_id, message=None, by=caller(), now=time.now(session()))
        return not was_closed

    return chosen.answered(HOME, kind="tickets", named=_named, doings={"close": close})


def _named(ids: Sequence[str]) -> dict[str, str]:
    found = console_lists.picked(tickets.listing(), ticket_queue.ROW, ids)
    return {each: row.subject or each for each, row in found.items()}


def _wanted(step: Session, now: datetime) -> Select[Any]:
    state = _state()
    return ticket_queue.listing(
        step,
        status=None if state == ANY else state,
        kind=console_lists.asked("kind", among=KINDS),
        helpdesk=console_lists.asked("helpdesk"),
        search=console_lists.asked("q"),
        now=now,
    )


def _state() -> str:
    return console_lists.asked("status", among=STATES) or WAITING


def _line(each: Queued) -> dict[str, Any]:
    own = {"customer_name": each.customer_name, "helpdesk_name": each.helpdesk_name, "renews_at": each.renews_at}
    return asdict(each.ticket) | own
