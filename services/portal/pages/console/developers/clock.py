"""The test clock: what time it is for the vendor in test mode, moved ahead, and what happened on the way, in order."""

from datetime import datetime, timedelta
from typing import Final

from flask import Blueprint, Response, request

from services.portal.actions.operations import test_clock as actions
from services.portal.adapters import Adapters
from services.portal.pages.console import lines, wording
from services.portal.pages.console.settings.shown import Shown
from services.portal.queries import action_log, billing, time
from services.portal.queries import test_clocks as queries
from shared.database import scope
from shared.errors import FieldError, Invalid, NotFound, Refusal
from shared.web import adapters, begin, console, in_steps, redirect_to, session, staff

blueprint = Blueprint("console_clock", __name__, url_prefix="/console/clock")

HOME: Final = "/console/clock"
STEPS: Final = ("1h", "1d", "1w", "1mo", "3mo", "1y")
PATIENCE: Final = timedelta(seconds=60)
"""How long a browser waits for the clock to arrive; a worker goes on after that."""
MOST_LINES: Final = 200
GOOD: Final = frozenset({"payment.succeeded", "subscription.recovered"})
BAD: Final = frozenset(
    """
    payment.declined payment.not_retried subscription.billing_stopped subscription.ended subscription.past_due
    """.split()
)
"""What stands out among what happened."""


@blueprint.get("")
@staff("support")
def show() -> Response:
    """What time it is, what comes next, and what happened when the clock was moved last."""
    return _page()


@blueprint.post("")
@staff("admin")
@in_steps
def advance() -> Response:
    """Move it ahead: by so much, to a moment, or to what comes next."""
    do = console.chosen({"by": _by, "to": _to, "renewal": _to_renewal, "next": _to_next}, request.form.get("do", ""))
    return console.answered(do, refused=lambda refusal: _page(refusal=refusal))


def _by() -> Response:
    if request.form.get("by") not in STEPS:
        raise NotFound
    return _move(by=request.form["by"])


def _to() -> Response:
    """A moment on the vendor's wall clock, as a browser's field writes it."""
    written = request.form.get("to", "")[: console.LONGEST].strip()
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise Invalid(FieldError.of("to", "bad_date", value=written)) from None
    return _move(to=moment if moment.tzinfo else moment.replace(tzinfo=billing.settings(session()).zone))


def _to_renewal() -> Response:
    return _move(to=_found(queries.next_renewal(session())))


def _to_next() -> Response:
    return _move(to=_found(queries.next_moment(session(), now=time.now(session()))))


def _found(moment: datetime | None) -> datetime:
    if moment is None:
        raise Invalid(FieldError.of("to", "nothing_ahead"))
    return max(moment, time.now(session()))


def _move(*, to: datetime | None = None, by: str | None = None) -> Response:
    actions.advance(begin(), adapters(Adapters).processors, to=to, by=by, patience=PATIENCE)
    return redirect_to(HOME)


def _page(*, refusal: Refusal | None = None) -> Response:
    wrong = wording.by_field(refusal) if isinstance(refusal, Invalid) else {}
    now, is_test = queries.record(session()), scope.current().mode == "test"
    last = action_log.newest(session(), action="test_clock.advanced") if is_test else None
    happened = action_log.since(session(), last.id, limit=MOST_LINES + 1) if last else ()
    return console.show(
        "portal/console/developers/clock.html",
        refusal=None if wrong else refusal,
        status=console.status_of(refusal) if refusal else 200,
        shown=Shown(values={"to": request.form.get("to") if refusal else None}, wrong=wrong),
        now=now,
        zone=billing.settings(session()).zone,
        is_test=is_test,
        steps=STEPS,
        renewal=queries.next_renewal(session()) if is_test else None,
        next_moment=queries.next_moment(session(), now=now.now) if is_test else None,
        target=datetime.fromisoformat((last.after or {})["to"]) if last else None,
        good=GOOD,
        bad=BAD,
        happened=lines.shown(happened[:MOST_LINES]),
        has_more=len(happened) > MOST_LINES,
    )
