"""/v1/tickets: what customers ask for and what becomes of it. Whoever holds the vendor's key is staff here."""

from dataclasses import asdict
from typing import Any

from flask.views import MethodView

from services.portal.actions.payments.calls import Calls
from services.portal.actions.support import approvals
from services.portal.actions.support import tickets as actions
from services.portal.api import steps
from services.portal.api.lists import listed
from services.portal.queries import customers, ticket_queue, time
from services.portal.queries import tickets as queries
from services.portal.queries.tickets import TicketView
from services.portal.schemas.support import NewTicket, Thread, Ticket, TicketArgs, TicketPage, Verdict, Words
from shared.database import Session
from shared.web import ApiBlueprint, caller, etags, idempotent, in_steps, session
from shared.web.access import api

blueprint = ApiBlueprint("tickets", description="What customers ask for, and what becomes of it")


@blueprint.route("")
class Tickets(MethodView):
    """All tickets."""

    @api("tickets:read")
    @blueprint.arguments(TicketArgs, location="query")
    @blueprint.response(200, TicketPage)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List tickets, newest or due soonest first; of a customer or helpdesk, about a thing, in a state, by words"""
        wanted = {name: args[name] for name in ("customer", "status", "helpdesk", "subscription", "payment", "kind")}
        if wanted["customer"] is not None:
            customers.profile(session(), customer_id=wanted["customer"])
        found = ticket_queue.narrowed(
            session(),
            queries.listing(**wanted),
            search=args["search"],
            is_late=args["late"],
            now=time.now(session()),
        )
        return listed(found, args, queries.view, by=ticket_queue.DUE if args["sort"] else None)

    @api("tickets:write")
    @idempotent
    @blueprint.arguments(NewTicket)
    @blueprint.response(201, Ticket)
    def post(self, given: dict[str, Any]) -> TicketView:
        """Open a ticket for a customer"""
        return _tagged(actions.open_question(session(), **given, by=caller(), now=time.now(session())))


@blueprint.route("/<ticket_id>")
class OneTicket(MethodView):
    """One ticket."""

    @api("tickets:read")
    @blueprint.response(200, Thread)
    def get(self, ticket_id: str) -> dict[str, Any]:
        """Read a ticket with its messages, and what approving it would do"""
        found = queries.thread(session(), ticket_id=ticket_id)
        etags.show(found.ticket.revision)
        ahead = approvals.foresee(session(), ticket_id=ticket_id, by=caller(), now=time.now(session()))
        return {**asdict(found.ticket), "messages": found.messages, "on_approval": ahead}


@blueprint.route("/<ticket_id>/reply")
class ReplyToTicket(MethodView):
    """Answering."""

    @api("tickets:write")
    @idempotent
    @blueprint.arguments(Words)
    @blueprint.response(200, Ticket)
    def post(self, given: dict[str, Any], ticket_id: str) -> TicketView:
        """Answer in a ticket; the customer is told"""
        now = time.now(session())
        return _tagged(actions.reply(session(), ticket_id=ticket_id, message=given["message"], by=caller(), now=now))


@blueprint.route("/<ticket_id>/approve")
class ApprovalOfTicket(MethodView):
    """Approving."""

    @api("tickets:write")
    @in_steps
    @idempotent(required=True, resumes=True)
    @blueprint.arguments(Verdict)
    @blueprint.response(200, Ticket)
    def post(self, given: dict[str, Any], ticket_id: str) -> TicketView:
        """Carry out what a ticket asks for, once; approving again changes nothing"""
        steps.call(lambda step: _approve(step, ticket_id, given["message"]))
        return _tagged(queries.ticket(session(), ticket_id=ticket_id))


@blueprint.route("/<ticket_id>/decline")
class RefusalOfTicket(MethodView):
    """Declining."""

    @api("tickets:write")
    @idempotent
    @blueprint.arguments(Verdict)
    @blueprint.response(200, Ticket)
    def post(self, given: dict[str, Any], ticket_id: str) -> TicketView:
        """Turn down what a ticket asks for; the customer is told"""
        now = time.now(session())
        return _tagged(actions.decline(session(), ticket_id=ticket_id, message=given["message"], by=caller(), now=now))


@blueprint.route("/<ticket_id>/close")
class EndOfTicket(MethodView):
    """Closing."""

    @api("tickets:write")
    @idempotent
    @blueprint.arguments(Verdict)
    @blueprint.response(200, Ticket)
    def post(self, given: dict[str, Any], ticket_id: str) -> TicketView:
        """Close a ticket that asks for nothing"""
        now = time.now(session())
        return _tagged(actions.close(session(), ticket_id=ticket_id, message=given["message"], by=caller(), now=now))


def _approve(step: Session, ticket_id: str, message: str | None) -> Calls:
    now, by = time.now(step), time.seen_by(step, caller())
    return actions.approve(step, ticket_id=ticket_id, message=message, by=by, now=now).calls


def _tagged(found: TicketView) -> TicketView:
    etags.show(found.revision)
    return found
