"""A customer's tickets: all of them, one thread, writing in it, opening one."""

from typing import Final

from flask import Blueprint, Response, request

from services.portal.actions.support import tickets as actions
from services.portal.pages.customer import shell
from services.portal.queries import agreements, customers, time
from services.portal.queries import tickets as queries
from services.portal.queries.portals import PortalView
from services.portal.rules import policy
from services.portal.rules.policy import Action
from services.portal.rules.support.ticket import TicketOver
from shared.errors import Conflict, Invalid, NotFound
from shared.web import caller, customer, redirect_to, session

blueprint = Blueprint("tickets", __name__, url_prefix="/p/<slug>/tickets")

MOST_SHOWN: Final = 100


@blueprint.get("", strict_slashes=False)
@customer
def show(slug: str) -> Response:
    """The last changed first."""
    portal = shell.open_portal(slug)
    return shell.show(
        "portal/customer/tickets/index.html",
        portal=portal,
        rows=queries.newest(session(), limit=MOST_SHOWN),
        may_open=_permission(portal).is_allowed,
    )


@blueprint.get("/new")
@customer
def new(slug: str) -> Response:
    """The form."""
    portal = shell.open_portal(slug)
    _require_open(portal)
    return _form(portal)


@blueprint.post("/new")
@customer
def open_ticket(slug: str) -> Response:
    """Open one. The same words again find the ticket that waits already."""
    portal = shell.open_portal(slug)
    _require_open(portal)
    whose = request.form.get("customer") or caller().customers[0]
    if whose not in caller().customers:
        raise NotFound
    try:
        made = actions.open_question(
            session(),
            customer=whose,
            subject=request.form.get("subject", ""),
            message=request.form.get("message", ""),
            by=caller(),
            helpdesk=portal.features.tickets_helpdesk,
            now=time.now(session()),
        )
    except Invalid as invalid:
        return _form(portal, wrong={each.field: each.code for each in invalid.fields}, status=422)
    return redirect_to(_address(slug, made.id))


@blueprint.get("/<ticket_id>")
@customer
def read(slug: str, ticket_id: str) -> Response:
    """What was said, and the place to answer."""
    return _thread(shell.open_portal(slug), ticket_id)


@blueprint.post("/<ticket_id>/messages")
@customer
def reply(slug: str, ticket_id: str) -> Response:
    """Answer."""
    portal = shell.open_portal(slug)
    try:
        actions.reply(
            session(),
            ticket_id=ticket_id,
            message=request.form.get("message", ""),
            by=caller(),
            now=time.now(session()),
        )
    except Invalid as invalid:
        wrong = next((each.code for each in invalid.fields), invalid.code)
        return _thread(portal, ticket_id, trouble=wrong, status=422)
    except TicketOver:
        return _thread(portal, ticket_id, trouble="over", status=409)
    return redirect_to(_address(slug, ticket_id))


@blueprint.post("/<ticket_id>/closing")
@customer
def close(slug: str, ticket_id: str) -> Response:
    """The question is answered."""
    portal = shell.open_portal(slug)
    try:
        actions.close(session(), ticket_id=ticket_id, message=None, by=caller(), now=time.now(session()))
    except Conflict:
        return _thread(portal, ticket_id, trouble="over", status=409)
    return redirect_to(_address(slug, ticket_id))


def _permission(portal: PortalView) -> policy.Answer:
    return agreements.answer(Action.OPEN_TICKET, by=caller(), portal=portal, now=time.now(session()))


def _require_open(portal: PortalView) -> None:
    answer = _permission(portal)
    if not answer.is_allowed and answer.reason is not None:
        raise policy.REFUSALS[answer.reason](message=answer.message, action=Action.OPEN_TICKET.value)


def _form(portal: PortalView, *, wrong: dict[str, str] | None = None, status: int = 200) -> Response:
    people = customers.in_scope(session())
    return shell.show(
        "portal/customer/tickets/new.html",
        portal=portal,
        of=people,
        status=status,
        people=people,
        subject=request.form.get("subject", ""),
        message=request.form.get("message", ""),
        wrong=wrong or {},
    )


def _thread(portal: PortalView, ticket_id: str, *, trouble: str | None = None, status: int = 200) -> Response:
    return shell.show(
        "portal/customer/tickets/show.html",
        portal=portal,
        status=status,
        thread=queries.thread(session(), ticket_id=ticket_id),
        typed=request.form.get("message", ""),
        trouble=trouble,
    )


def _address(slug: str, ticket_id: str) -> str:
    return f"{shell.home(slug)}/tickets/{ticket_id}"
