"""Webhook deliveries in the console: found by endpoint, state and event, read with what came back, and sent again."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from flask import Blueprint, Response
from sqlalchemy import Select

from services.notifications.actions.webhooks import delivering, queueing
from services.notifications.queries import lists
from services.notifications.queries import webhooks as queries
from services.notifications.rules.webhooks import TEST, State
from shared import clock, spreadsheet
from shared.errors import Refusal
from shared.events import NAMES
from shared.web import begin, chosen, console, console_lists, in_steps, redirect_to, session, staff
from shared.web.downloads import attached, within_scope

blueprint = Blueprint("console_deliveries", __name__, url_prefix="/console/developers/webhooks/deliveries")

HOME: Final = "/console/developers/webhooks/deliveries"
STATES: Final = (State.WAITING, State.DELIVERED, State.FAILED)
_COLUMNS: Final = (
    "id",
    "endpoint",
    "event",
    "type",
    "state",
    "attempts",
    "status",
    "fault",
    "milliseconds",
    "created_at",
    "delivered_at",
)


@blueprint.get("")
@staff("support")
def index() -> Response:
    """The deliveries that fit, newest first."""
    found = console_lists.cut(_listing(), queries.DELIVERY_ROW)
    return console.show(
        "notifications/console/webhook_deliveries.html",
        listed=[queries.delivery_view(row) for row in found.rows],
        cut=found,
        asked={name: console_lists.asked(name) or "" for name in ("endpoint", "state", "type")},
        endpoints={row.id: row.url for row in session().scalars(queries.listing())},
        states=STATES,
        types=(*NAMES, TEST),
        csv=console_lists.address(f"{HOME}/csv"),
        offer=chosen.offer(HOME, kind="webhook_deliveries", role="support", doings=("resend",)),
    )


@blueprint.post("")
@staff("support")
def change_chosen() -> Response:
    """Send those that are ticked again, each under its own id."""

    def resend_one(delivery_id: str) -> bool:
        queueing.resend(session(), delivery_id=delivery_id, now=clock.now())
        return True

    return chosen.answered(HOME, kind="webhook_deliveries", named=_named, doings={"resend": resend_one})


@blueprint.get("/csv")
@staff("support")
@in_steps
def table() -> Response:
    """The same deliveries for a spreadsheet, all of them."""
    lines = spreadsheet.streamed(_COLUMNS, _batches())
    return attached(within_scope(lines), name="webhook_deliveries.csv", mimetype="text/csv")


@blueprint.get("/<delivery_id>")
@staff("support")
def show(delivery_id: str) -> Response:
    """One delivery: what is sent, and what came back."""
    return _page(delivery_id)


@blueprint.post("/<delivery_id>/resend")
@staff("support")
def resend(delivery_id: str) -> Response:
    """Try it anew, at once."""

    def do() -> Response:
        queueing.resend(session(), delivery_id=delivery_id, now=clock.now())
        return redirect_to(f"{HOME}/{delivery_id}?done=resend")

    return console.answered(do, refused=lambda refusal: _page(delivery_id, refusal=refusal))


def _page(delivery_id: str, *, refusal: Refusal | None = None) -> Response:
    found = queries.delivery(session(), delivery_id=delivery_id)
    return console.show(
        "notifications/console/webhook_delivery.html",
        refusal=refusal,
        delivery=found,
        endpoint=queries.get(session(), endpoint_id=found.endpoint),
        body=delivering.body_of(session(), delivery_id=delivery_id),
        done=console_lists.asked("done", among=("resend",)),
    )


def _named(ids: Sequence[str]) -> dict[str, str]:
    found = console_lists.picked(queries.deliveries(), queries.DELIVERY_ROW, ids)
    return {each: f"{row.type} · {row.event or row.id}" for each, row in found.items()}


def _listing() -> Select[Any]:
    state = console_lists.asked("state", among=STATES)
    return queries.deliveries(
        endpoint=console_lists.asked("endpoint"),
        state=State(state) if state else None,
        type=console_lists.asked("type", among=(*NAMES, TEST)),
    )


def _batches() -> Iterator[list[Mapping[str, Any]]]:
    listing = _listing()  # while there is a request to ask
    return lists.batches(begin(), listing, queries.DELIVERY_ROW, queries.delivery_view)
