"""One ticket: what was said, what approving it would do, shown before it is done; and answering, deciding, closing."""

from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response, request

from services.portal.actions.payments import calls
from services.portal.actions.support import approvals
from services.portal.actions.support import tickets as actions
from services.portal.adapters import Adapters
from services.portal.pages.console.tickets import due
from services.portal.pages.console.tickets.queue import HOME
from services.portal.queries import customers, saved_replies, ticket_queue, time
from services.portal.queries import tickets as queries
from services.portal.rules.support.saved_reply import Filled
from services.portal.rules.support.ticket import TicketStatus
from shared.errors import NotFound, Refusal
from shared.money import Money
from shared.web import adapters, begin, caller, console, console_lists, in_steps, redirect_to, session, staff

blueprint = Blueprint("console_ticket", __name__, url_prefix="/console/tickets/<ticket_id>")

_OVER: Final = (TicketStatus.APPROVED, TicketStatus.DECLINED, TicketStatus.CLOSED)


@blueprint.get("")
@staff("read_only")
def show(ticket_id: str) -> Response:
    """All of it."""
    return _page(ticket_id)


@blueprint.post("")
@staff("support")
@in_steps
def move(ticket_id: str) -> Response:
    """Answer, approve, decline or close. Raises StepUpRequired where an approval finds an old sign-in."""
    said = request.form.get("do", "")
    doing = console.chosen({name: lambda: _move(ticket_id, said) for name in MOVES}, said)
    return console.answered(doing, refused=lambda refusal: _page(ticket_id, refusal=refusal))


def _move(ticket_id: str, said: str) -> Response:
    MOVES[said](ticket_id, request.form.get("message", ""))
    return redirect_to(f"{HOME}/{ticket_id}?done={said}")


def _reply(ticket_id: str, message: str) -> None:
    with begin()() as step:
        actions.reply(step, ticket_id=ticket_id, message=message, by=caller(), now=time.now(step))


def _approve(ticket_id: str, message: str) -> None:
    """A second click finds it approved and does nothing, so the form needs no key of its own."""
    console.check_fresh()
    with begin()() as step:
        by, now = time.seen_by(step, caller()), time.now(step)
        left = actions.approve(step, ticket_id=ticket_id, message=message or None, by=by, now=now).calls
    calls.carry_out(begin(), processors=adapters(Adapters).processors, calls=left)


def _decline(ticket_id: str, message: str) -> None:
    with begin()() as step:
        actions.decline(step, ticket_id=ticket_id, message=message or None, by=caller(), now=time.now(step))


def _close(ticket_id: str, message: str) -> None:
    with begin()() as step:
        actions.close(step, ticket_id=ticket_id, message=message or None, by=caller(), now=time.now(step))


MOVES: Final[dict[str, Callable[[str, str], None]]] = {
    "reply": _reply,
    "approve": _approve,
    "decline": _decline,
    "close": _close,
}
"""What the buttons below a ticket do."""


def _page(ticket_id: str, *, refusal: Refusal | None = None) -> Response:
    now = time.now(session())
    found = queries.thread(session(), ticket_id=ticket_id)
    ahead = approvals.foresee(session(), ticket_id=ticket_id, by=time.seen_by(session(), caller()), now=now)
    customer = customers.profile(session(), customer_id=found.ticket.customer)
    chosen = _chosen(ticket_id)
    return console.show(
        "portal/console/tickets/show.html",
        refusal=refusal,
        thread=found,
        ticket=found.ticket,
        customer=customer,
        customer_name=customer.display_name or customer.company or customer.email,
        ahead=ahead,
        amounts={} if ahead is None else _amounts(ahead),
        is_over=TicketStatus(found.ticket.status) in _OVER,
        next_one=ticket_queue.next_waiting(session(), ticket_id),
        due_in=None if found.ticket.due_at is None else found.ticket.due_at - now,
        due_words=due.words,
        replies=saved_replies.choices(session()),
        chosen=chosen,
        typed=request.form.get("message", "" if chosen is None else chosen.text),
        done=request.args.get("done"),
    )


def _chosen(ticket_id: str) -> Filled | None:
    """What the saved reply that the address names says here. One that was deleted meanwhile says nothing."""
    reply = console_lists.asked("reply")
    try:
        return None if reply is None else saved_replies.filled(session(), reply_id=reply, ticket_id=ticket_id)
    except NotFound:
        return None


def _amounts(ahead: approvals.Foreseen) -> dict[str, Money]:
    """What goes back and what is charged, where it is something."""
    named = {"back": ahead.given_back, "charged": ahead.charged}
    return {name: Money(each, ahead.currency) for name, each in named.items() if each and ahead.currency}
