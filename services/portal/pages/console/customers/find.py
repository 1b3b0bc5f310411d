"""Customers, found by what they are known by or bought; narrowed by state and plan; as a page and as a file."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask import Blueprint, Response

from services.portal.queries import customer_search, customers, time
from services.portal.queries.customer_search import Wanted
from services.portal.rules.subscriptions.lifecycle import Status
from shared import spreadsheet
from shared.web import begin, chosen, console, console_lists, in_steps, session, staff
from shared.web.downloads import attached, within_scope

blueprint = Blueprint("console_customers", __name__, url_prefix="/console/customers")

HOME: Final = "/console/customers"
SENDING: Final = "/console/access/customers/links"
"""Where auth asks whether those that are ticked are sent their portal links, and does it."""
ASKED: Final = ("q", "status", "plan")
_COLUMNS: Final = ("id", "email", "display_name", "company", "reference", "country", "locale", "created_at")


@blueprint.get("")
@staff("read_only")
def index() -> Response:
    """Those that fit, newest first."""
    now, wanted = time.now(session()), _wanted()
    found = console_lists.cut(customer_search.listing(session(), wanted, now=now), customer_search.row(wanted))
    return console.show(
        "portal/console/customers/index.html",
        rows=[customers.view(row) for row in found.rows],
        bought=customer_search.running(session(), [row.id for row in found.rows], now=now),
        cut=found,
        asked={name: console_lists.asked(name) or "" for name in ASKED},
        states=tuple(Status),
        plans=customer_search.plans(session()),
        csv=console_lists.address(f"{HOME}/list.csv"),
        offer=chosen.offer(SENDING, kind="customers", role="support", doings=["send"]),
    )


@blueprint.get("/list.csv")
@staff("read_only")
@in_steps
def table() -> Response:
    """The same customers for a spreadsheet, all of them."""
    wanted, start = _wanted(), begin()
    with start() as step:
        statement = customer_search.listing(step, wanted, now=time.now(step))

    def rows() -> Iterator[list[Mapping[str, Any]]]:
        for batch in customer_search.batches(start, statement):
            yield [vars(each) for each in batch]

    return attached(within_scope(spreadsheet.streamed(_COLUMNS, rows())), name="customers.csv", mimetype="text/csv")


def _wanted() -> Wanted:
    return Wanted(
        search=console_lists.asked("q"),
        status=console_lists.asked("status", among=tuple(Status)),
        plan=console_lists.asked("plan"),
    )
