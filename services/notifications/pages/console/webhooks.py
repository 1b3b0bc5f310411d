"""Webhook endpoints in the console: added, tried, changed, rolled, switched off and on, and sent what they missed."""

from datetime import timedelta
from typing import Any, Final

from flask import Blueprint, Response, request

from services.notifications.actions.webhooks import endpoints, queueing
from services.notifications.adapters.mailing import Mailing
from services.notifications.adapters.webhooks import Webhooks
from services.notifications.pages.console.events import day, end_of
from services.notifications.queries import webhooks as queries
from services.notifications.rules.targets import LONGEST
from services.notifications.rules.webhooks import EVERYTHING
from shared import clock
from shared.errors import FieldError, Invalid, Refusal
from shared.events import NAMES
from shared.web import adapters, caller, console, console_lists, redirect_to, session, staff

blueprint = Blueprint("console_webhooks", __name__, url_prefix="/console/developers/webhooks")

HOME: Final = "/console/developers/webhooks"
OVERLAPS: Final = (0, 3600, 86400, 604800)  # seconds
LATEST: Final = 10
_DONE: Final = ("saved", "tested", "turned_off", "turned_on", "deleted")


@blueprint.get("")
@staff("support")
def index() -> Response:
    """All endpoints, newest first."""
    return _index()


@blueprint.post("")
@staff("admin")
def add() -> Response:
    """Add one; its page shows the secret, this once."""

    def do() -> Response:
        console.check_fresh()
        made = endpoints.create(session(), webhooks=_webhooks(), now=clock.now(), **_typed())
        return _page(made.view.id, made=made.secret)

    return console.answered(do, refused=lambda refusal: _index(refusal=refusal))


@blueprint.get("/<endpoint_id>")
@staff("support")
def show(endpoint_id: str) -> Response:
    """One endpoint, and what it was sent lately."""
    return _page(endpoint_id)


@blueprint.post("/<endpoint_id>")
@staff("admin")
def change(endpoint_id: str) -> Response:
    """Save what was typed, or do what the button says."""
    table = {
        "save": lambda: _save(endpoint_id),
        "roll": lambda: _roll(endpoint_id),
        "turn_off": lambda: _turn(endpoint_id, is_on=False),
        "turn_on": lambda: _turn(endpoint_id, is_on=True),
        "delete": lambda: _delete(endpoint_id),
    }
    doing = console.chosen(table, _button())
    return console.answered(doing, refused=lambda refusal: _page(endpoint_id, refusal=refusal))


@blueprint.post("/<endpoint_id>/send")
@staff("support")
def send(endpoint_id: str) -> Response:
    """Send it a test, or what it missed."""
    table = {"test": lambda: _test(endpoint_id), "resend": lambda: _resend(endpoint_id)}
    doing = console.chosen(table, _button())
    return console.answered(doing, refused=lambda refusal: _page(endpoint_id, refusal=refusal))


def _button() -> str:
    return request.form.get("do", "")


def _save(endpoint_id: str) -> Response:
    endpoints.change(session(), endpoint_id=endpoint_id, given=_typed(), webhooks=_webhooks(), now=clock.now())
    return _back(endpoint_id, "saved")


def _roll(endpoint_id: str) -> Response:
    console.check_fresh()
    asked = request.form.get("overlap", "")
    overlap = next((each for each in OVERLAPS if str(each) == asked), OVERLAPS[0])
    made = endpoints.roll(
        session(), endpoint_id=endpoint_id, overlap=timedelta(seconds=overlap), webhooks=_webhooks(), now=clock.now()
    )
    return _page(endpoint_id, made=made.secret)


def _turn(endpoint_id: str, *, is_on: bool) -> Response:
    given = {"is_on": is_on}
    endpoints.change(session(), endpoint_id=endpoint_id, given=given, webhooks=_webhooks(), now=clock.now())
    return _back(endpoint_id, "turned_on" if is_on else "turned_off")


def _delete(endpoint_id: str) -> Response:
    endpoints.remove(session(), endpoint_id=endpoint_id, now=clock.now())
    return redirect_to(f"{HOME}?done=deleted")


def _test(endpoint_id: str) -> Response:
    queueing.send_test(session(), endpoint_id=endpoint_id, now=clock.now())
    return _back(endpoint_id, "tested")


def _resend(endpoint_id: str) -> Response:
    asked = request.form.get("type", "")
    count = queueing.resend_many(
        session(),
        endpoint_id=endpoint_id,
        types=(asked,) if asked in NAMES else (),
        created_from=day(request.form.get("created_from")),
        created_to=end_of(day(request.form.get("created_to"))),
        arrived_too=request.form.get("arrived_too") == "yes",
        now=clock.now(),
    )
    return redirect_to(f"{HOME}/{endpoint_id}?resent={count}")


def _typed() -> dict[str, Any]:
    """What the form says. Raises Invalid where no event is chosen."""
    events = [EVERYTHING] if request.form.get("which") == "all" else request.form.getlist("events")
    if not events:
        raise Invalid(FieldError.of("events", "no_events"))
    return {
        "url": request.form.get("url", "").strip()[: LONGEST + 1],
        "description": request.form.get("description", "").strip()[:200],
        "contact": request.form.get("contact", "").strip()[:320],
        "events": events,
    }


def _back(endpoint_id: str, done: str) -> Response:
    return redirect_to(f"{HOME}/{endpoint_id}?done={done}")


def _index(*, refusal: Refusal | None = None) -> Response:
    rows = session().scalars(queries.listing().order_by(queries.ROW.id.desc())).all()
    return console.show(
        "notifications/console/webhooks.html",
        refusal=refusal,
        endpoints=[queries.view(row) for row in rows],
        types=NAMES,
        everything=EVERYTHING,
        reaches_localhost=_reaches_localhost(),
        done=console_lists.asked("done", among=_DONE),
        typed=request.form,
        contact=request.form.get("contact", console.standing().email),
        chosen=frozenset(request.form.getlist("events")),
    )


def _page(endpoint_id: str, *, made: str | None = None, refusal: Refusal | None = None) -> Response:
    endpoint = queries.get(session(), endpoint_id=endpoint_id)
    latest = queries.deliveries(endpoint=endpoint_id).order_by(queries.DELIVERY_ROW.id.desc()).limit(LATEST)
    resent = console_lists.asked("resent") or ""
    return console.show(
        "notifications/console/webhook.html",
        refusal=refusal,
        endpoint=endpoint,
        made=made,
        now=clock.now(),
        types=NAMES,
        everything=EVERYTHING,
        reaches_localhost=_reaches_localhost(),
        overlaps=OVERLAPS,
        done=console_lists.asked("done", among=_DONE),
        resent=int(resent) if resent.isascii() and resent.isdigit() else None,
        deliveries=[queries.delivery_view(row) for row in session().scalars(latest)],
    )


def _reaches_localhost() -> bool:
    return _webhooks().reach.localhost and caller().mode == "test"


def _webhooks() -> Webhooks:
    return adapters(Mailing).webhooks
