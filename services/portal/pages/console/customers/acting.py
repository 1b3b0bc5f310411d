"""Acting for a customer: what it would do is shown first, then done by the action that the API calls."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Blueprint, Response, request

from services.portal.actions import subscriptions as actions
from services.portal.actions.payments import calls, collect
from services.portal.actions.payments.calls import Calls
from services.portal.actions.subscriptions import previews
from services.portal.adapters import Adapters
from services.portal.pages.console.customers import profile
from services.portal.queries import customers, subscriptions, time
from services.portal.rules.payments.outcome import Result
from services.portal.rules.subscriptions.beginning import ResumeDeclined
from services.portal.rules.subscriptions.cancellation import Timing
from shared.errors import NotFound, Refusal
from shared.web import adapters, begin, caller, console, in_steps, redirect_to, session, staff

blueprint = Blueprint(
    "console_acting", __name__, url_prefix="/console/customers/<customer_id>/subscriptions/<subscription_id>"
)

_PREVIEWED: Final = ("cancel", "pause", "resume")
_Given = Mapping[str, Any]


@blueprint.get("/<doing>")
@staff("support")
def ask(customer_id: str, subscription_id: str, doing: str) -> Response:
    """What it would do, and when. Saves nothing."""
    _require(customer_id, subscription_id, doing)
    return console.answered(
        lambda: _page(customer_id, subscription_id, doing),
        refused=lambda refusal: profile.page(customer_id, refusal=refusal),
    )


@blueprint.post("/<doing>")
@staff("support")
@in_steps
def act(customer_id: str, subscription_id: str, doing: str) -> Response:
    """Do it."""
    _require(customer_id, subscription_id, doing)

    def do() -> Response:
        DOINGS[doing](subscription_id, _given(doing))
        return redirect_to(f"/console/customers/{customer_id}?done={doing}")

    return console.answered(do, refused=lambda refusal: profile.page(customer_id, refusal=refusal))


def _require(customer_id: str, subscription_id: str, doing: str) -> None:
    """Raises NotFound for another's subscription, and for what no button of ours says."""
    if doing not in DOINGS or subscriptions.customer_of(session(), subscription_id) != customer_id:
        raise NotFound


def _page(customer_id: str, subscription_id: str, doing: str, refusal: Refusal | None = None) -> Response:
    now, given = time.now(session()), _given(doing)
    preview = None
    if doing in _PREVIEWED:
        preview = previews.preview(
            session(),
            subscription_id=subscription_id,
            action=doing,
            given=given,
            by=time.seen_by(session(), caller()),
            sources=adapters(Adapters).processors.sources,
            now=now,
        )
    return console.show(
        "portal/console/customers/act.html",
        refusal=refusal,
        customer=customers.profile(session(), customer_id=customer_id),
        subscription=subscriptions.record(session(), subscription_id=subscription_id, now=now),
        doing=doing,
        given=given,
        timings=tuple(Timing),
        preview=preview,
    )


def _given(doing: str) -> dict[str, Any]:
    """What the form or the address says beside what is to be done."""
    if doing != "cancel":
        return {}
    said = request.values.get("timing", "")
    return {"timing": Timing(said) if said in tuple(Timing) else Timing.AT_PERIOD_END}


def _cancel(subscription_id: str, given: _Given) -> None:
    with begin()() as step:
        by, now = time.seen_by(step, caller()), time.now(step)
        left = actions.cancel(step, subscription_id=subscription_id, by=by, **given, now=now).calls
    calls.carry_out(begin(), processors=adapters(Adapters).processors, calls=left)


def _undo_cancel(subscription_id: str, _given: _Given) -> None:
    with begin()() as step:
        by, now = time.seen_by(step, caller()), time.now(step)
        undone = actions.undo_cancel(step, subscription_id=subscription_id, by=by, now=now)
    calls.carry_out(begin(), processors=adapters(Adapters).processors, calls=Calls(sources=undone.sources))


def _pause(subscription_id: str, _given: _Given) -> None:
    with begin()() as step:
        by, now = time.seen_by(step, caller()), time.now(step)
        actions.pause(step, subscription_id=subscription_id, by=by, now=now)


def _resume(subscription_id: str, _given: _Given) -> None:
    collected = collect.run(
        begin(),
        processors=adapters(Adapters).processors,
        act=lambda step: actions.resume(
            step, subscription_id=subscription_id, by=time.seen_by(step, caller()), now=time.now(step)
        ),
    )
    if collected.outcome is Result.DECLINED:
        raise ResumeDeclined(payment=collected.result.payment)


DOINGS: Final[dict[str, Callable[[str, _Given], None]]] = {
    "cancel": _cancel,
    "undo_cancel": _undo_cancel,
    "pause": _pause,
    "resume": _resume,
}
"""What the buttons beside a subscription do."""
