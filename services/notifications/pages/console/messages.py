"""The log of mails in the console: which went to whom, what became of each, what one says; and once more."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from flask import Blueprint, Response, request
from sqlalchemy import Select

from services.notifications.actions import resending as actions
from services.notifications.actions import suppressions as suppressing
from services.notifications.adapters.mailing import Mailing
from services.notifications.pages.console.texts import beside_frame, framed
from services.notifications.queries import lists, suppressions
from services.notifications.queries import messages as queries
from services.notifications.queries.messages import MessageView
from services.notifications.rules import own_texts, resending
from services.notifications.rules.delivery import State
from services.notifications.rules.messages import MESSAGES, Kind
from shared import clock, spreadsheet
from shared.errors import NotFound, Refusal
from shared.i18n import base
from shared.web import adapters, begin, chosen, console, console_lists, in_steps, redirect_to, session, staff
from shared.web.downloads import attached, within_scope
from shared.web.htmx import translate

blueprint = Blueprint("console_messages", __name__, url_prefix="/console/messages")

HOME: Final = "/console/messages"
_COLUMNS: Final = (
    "id",
    "kind",
    "state",
    "to",
    "customer",
    "subject",
    "locale",
    "attempts",
    "last_error",
    "created_at",
    "sent_at",
    "repeats",
)


@blueprint.get("")
@staff("read_only")
def index() -> Response:
    """The mails that fit, newest first."""
    found = console_lists.cut(_listing(), queries.ROW)
    return console.show(
        "notifications/console/messages.html",
        mails=[queries.view(row) for row in found.rows],
        cut=found,
        asked={name: console_lists.asked(name) or "" for name in ("q", "kind", "state")},
        kinds=tuple(Kind),
        states=tuple(State),
        csv=console_lists.address(f"{HOME}/csv"),
        offer=chosen.offer(HOME, kind="messages", role="support", doings=("resend",)),
    )


@blueprint.post("")
@staff("support")
def change_chosen() -> Response:
    """Send those that are ticked again, each as a mail of its own; what may not go again stays."""

    def resend_one(message_id: str) -> bool:
        actions.resend(session(), message_id=message_id, now=clock.now())
        return True

    return chosen.answered(HOME, kind="messages", named=_named, doings={"resend": resend_one})


@blueprint.get("/csv")
@staff("read_only")
@in_steps
def table() -> Response:
    """The same mails for a spreadsheet, all of them."""
    lines = spreadsheet.streamed(_COLUMNS, _batches())
    return attached(within_scope(lines), name="messages.csv", mimetype="text/csv")


@blueprint.get("/<message_id>")
@staff("read_only")
def show(message_id: str) -> Response:
    """One mail."""
    return _page(message_id)


@blueprint.get("/<message_id>/html")
@staff("read_only")
def html(message_id: str) -> Response:
    """What it looks like, for the frame."""
    mail = queries.get(session(), message_id)
    if mail.html is None or not _is_readable(mail.kind):
        raise NotFound
    return framed(mail.html)


@blueprint.post("/<message_id>/resend")
@staff("support")
def resend(message_id: str) -> Response:
    """Send it again, as a mail of its own."""

    def do() -> Response:
        again = actions.resend(session(), message_id=message_id, now=clock.now())
        return redirect_to(f"{HOME}/{again.id}?resent=1")

    return console.answered(do, refused=lambda refusal: _page(message_id, refusal=refusal))


@blueprint.post("/<message_id>/write_again")
@staff("support")
def write_again(message_id: str) -> Response:
    """Its address is written to again; this mail itself goes only if somebody sends it again."""
    suppressing.lift_for(session(), message_id=message_id)
    return redirect_to(f"{HOME}/{message_id}?written=1")


def _page(message_id: str, *, refusal: Refusal | None = None) -> Response:
    mail = queries.get(session(), message_id)
    kind = Kind(mail.kind)
    template = MESSAGES[kind].template
    suppression = suppressions.of_address(session(), mail.to)
    answer = console.show(
        "notifications/console/message.html",
        refusal=refusal,
        mail=queries.without_body(mail) if not _is_readable(kind) else mail,
        is_secret=not _is_readable(kind),
        is_repeatable=resending.is_repeatable(kind),
        spoken_in=base(mail.locale),
        group=template if template in own_texts.groups() else None,
        resent=request.args.get("resent") == "1",
        suppression=suppression,
        written=request.args.get("written") == "1" and suppression is None,
    )
    return beside_frame(answer)


def _is_readable(kind: str) -> bool:
    return queries.is_readable(Kind(kind), keeps_secrets=adapters(Mailing).keeps_secrets)


def _named(ids: Sequence[str]) -> dict[str, str]:
    found = console_lists.picked(queries.listing(), queries.ROW, ids).values()
    return {row.id: _name(queries.view(row)) for row in found}


def _name(mail: MessageView) -> str:
    subject = mail.subject or translate(f"console.mail.kind.{mail.kind}")
    return f"{subject} · {mail.to or translate('console.mail.erased')}"


def _listing() -> Select[Any]:
    """What the address asks for: a customer's id or a part of an address, a kind, a state."""
    wanted = console_lists.asked("q")
    is_customer = wanted is not None and wanted.startswith("cus_")
    return queries.listing(
        customer=wanted if is_customer else None,
        to=None if is_customer else wanted,
        kind=console_lists.asked("kind", among=tuple(Kind)),
        state=console_lists.asked("state", among=tuple(State)),
    )


def _batches() -> Iterator[list[Mapping[str, Any]]]:
    listing = _listing()  # while there is a request to ask
    return lists.batches(begin(), listing, queries.ROW, queries.view)
