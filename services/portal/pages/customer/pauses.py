"""Pausing, and going on after a pause or before it has begun."""

from flask import Blueprint, Response, request

from services.portal.actions import subscriptions
from services.portal.actions.payments import collect
from services.portal.actions.subscriptions import agreeing
from services.portal.adapters import Adapters
from services.portal.pages.customer import flows, shell
from services.portal.pages.embed import windows
from services.portal.queries import payments, time
from services.portal.queries.portals import PortalView
from services.portal.queries.subscriptions import card
from services.portal.rules.confirmation import ConfirmationInvalid, PreviewOutdated
from services.portal.rules.payments import decline as declines
from services.portal.rules.payments.outcome import Result
from services.portal.rules.policy import Action
from services.portal.rules.subscriptions.pause import NoPaymentMethod, PauseNotOffered
from services.portal.rules.subscriptions.period import Interval
from services.portal.settings import PortalSettings
from shared.web import adapters, begin, caller, customer, in_steps, redirect_to, session, settings

blueprint = Blueprint("pauses", __name__, url_prefix="/p/<slug>/subscriptions/<subscription_id>")


@blueprint.get("/pause")
@customer
def choose_pause(slug: str, subscription_id: str) -> Response:
    """For how long, from when. Saves nothing."""
    return _pause_page(shell.open_portal(slug), subscription_id)


@blueprint.post("/pause")
@customer
def pause(slug: str, subscription_id: str) -> Response:
    """Pause at the end of the paid period."""
    portal = shell.open_portal(slug)
    interval, _, count = request.form.get("length", "").partition(":")
    is_length = interval in set(Interval) and count.isdecimal() and len(count) < 5
    try:
        paused = subscriptions.pause(
            session(),
            subscription_id=subscription_id,
            by=time.seen_by(session(), caller()),
            interval=interval if is_length else None,
            interval_count=int(count) if is_length else None,
            now=time.now(session()),
        )
    except (PauseNotOffered, NoPaymentMethod) as refused:
        return _pause_page(portal, subscription_id, trouble=refused.code, status=409)
    if paused.ticket is not None:
        return flows.done(slug, f"{shell.home(slug)}/tickets/{paused.ticket.id}")
    return flows.done(slug, shell.overview(slug, "pausing", subscription_id))


@blueprint.get("/resumption")
@customer
def confirm_resumption(slug: str, subscription_id: str) -> Response:
    """What going on now costs. Saves nothing."""
    return _resume_page(shell.open_portal(slug), subscription_id)


@blueprint.post("/resumption")
@customer
@in_steps
def resume(slug: str, subscription_id: str) -> Response:
    """Go on: withdraw a pause that has not begun, or begin a new period and pay for it."""
    portal = shell.open_portal(slug)
    try:
        collected = collect.run(
            begin(),
            processors=adapters(Adapters).processors,
            act=lambda step: subscriptions.resume(
                step,
                subscription_id=subscription_id,
                by=time.seen_by(step, caller()),
                key=settings(PortalSettings).secret_key,
                confirmation=request.form.get("confirmation"),
                now=time.now(step),
            ),
        )
    except (ConfirmationInvalid, PreviewOutdated, NoPaymentMethod) as refused:
        return _resume_page(portal, subscription_id, trouble=refused.code, status=409)
    if collected.result.ticket is not None:
        return redirect_to(f"{shell.home(slug)}/tickets/{collected.result.ticket.id}")
    if collected.outcome is Result.DECLINED and collected.result.payment is not None:
        owed = payments.record(session(), payment_id=collected.result.payment)
        return _resume_page(portal, subscription_id, decline=declines.decide(owed.decline_code).sentence, status=402)
    if collected.outcome is Result.ACTION_REQUIRED and collected.payment and collected.payment.action_url:
        return windows.to_bank(slug, collected.payment)
    done = "unpaused" if collected.result.withdrawn else "resumed"
    return shell.to_overview(portal, done, subscription_id)


def _pause_page(portal: PortalView, subscription_id: str, *, trouble: str | None = None, status: int = 200) -> Response:
    by, now = time.seen_by(session(), caller()), time.now(session())
    return shell.show(
        "portal/customer/subscriptions/pause.html",
        portal=portal,
        status=status,
        card=card(session(), subscription_id=subscription_id, portal=portal, by=by, now=now),
        feature=portal.features.pause,
        trouble=trouble,
    )


def _resume_page(
    portal: PortalView,
    subscription_id: str,
    *,
    trouble: str | None = None,
    decline: str | None = None,
    status: int = 200,
) -> Response:
    by, now = time.seen_by(session(), caller()), time.now(session())
    shown = card(session(), subscription_id=subscription_id, portal=portal, by=by, now=now)
    prepared = None
    try:
        prepared = agreeing.prepare(
            session(),
            subscription_id=subscription_id,
            action=Action.RESUME,
            previewer=subscriptions.preview_resume,
            given={},
            by=by,
            key=settings(PortalSettings).secret_key,
            now=now,
        )
    except NoPaymentMethod as refused:
        trouble = refused.code
    return shell.show(
        "portal/customer/subscriptions/resume.html",
        portal=portal,
        status=status,
        card=shown,
        prepared=prepared,
        trouble=trouble,
        decline=decline,
    )
