"""Canceling in two steps, and taking it back. The first step shows exactly what the second will do."""

import random

from flask import Blueprint, Response, request

from services.portal.actions import subscriptions
from services.portal.pages.customer import shell
from services.portal.queries.portals import PortalView
from services.portal.queries.subscriptions import card
from services.portal.rules.confirmation import ConfirmationInvalid, PreviewOutdated
from services.portal.rules.subscriptions.lifecycle import InvalidState
from services.portal.settings import PortalSettings
from shared import clock
from shared.errors import Invalid
from shared.web import caller, customer, redirect_to, session, settings

blueprint = Blueprint("subscriptions", __name__, url_prefix="/p/<slug>/subscriptions/<subscription_id>")


@blueprint.get("/cancellation")
@customer
def confirm_cancellation(slug: str, subscription_id: str) -> Response:
    """What canceling would do and when. Saves nothing."""
    return _confirm_page(shell.open_portal(slug), subscription_id)


@blueprint.post("/cancellation")
@customer
def cancel(slug: str, subscription_id: str) -> Response:
    """Cancel what was shown. If that is no longer what would happen, the new facts are shown first."""
    portal = shell.open_portal(slug)
    try:
        subscriptions.cancel(
            session(),
            subscription_id=subscription_id,
            by=caller(),
            key=settings(PortalSettings).secret_key,
            confirmation=request.form.get("confirmation"),
            feedback=request.form.get("feedback") or None,
            comment=request.form.get("comment", "").replace("\r\n", "\n").strip() or None,
            now=clock.now(),
        )
    except (ConfirmationInvalid, PreviewOutdated) as outdated:
        return _confirm_page(portal, subscription_id, trouble=outdated.code, status=409)
    except Invalid as invalid:
        wrong = next((each.code for each in invalid.fields), invalid.code)
        return _confirm_page(portal, subscription_id, trouble=wrong, status=422)
    return _to_overview(portal, "canceled", subscription_id)


@blueprint.post("/uncancellation")
@customer
def undo_cancellation(slug: str, subscription_id: str) -> Response:
    """Keep the subscription after all."""
    portal = shell.open_portal(slug)
    subscriptions.undo_cancel(session(), subscription_id=subscription_id, by=caller(), now=clock.now())
    return _to_overview(portal, "uncanceled", subscription_id)


def _confirm_page(
    portal: PortalView, subscription_id: str, *, trouble: str | None = None, status: int = 200
) -> Response:
    """What will happen, a fresh confirmation, and what was typed. What is over already leads back to the overview."""
    now = clock.now()
    shown = card(session(), subscription_id=subscription_id, portal=portal, by=caller(), now=now)
    try:
        preview = subscriptions.prepare_cancellation(
            session(), subscription_id=subscription_id, by=caller(), key=settings(PortalSettings).secret_key, now=now
        )
    except InvalidState:
        return _to_overview(portal, "canceled", subscription_id)
    return shell.show(
        "portal/customer/subscriptions/cancel.html",
        portal=portal,
        status=status,
        card=shown,
        preview=preview,
        reasons=_shuffled(preview.reasons),
        chosen=request.form.get("feedback"),
        typed=request.form.get("comment", ""),
        trouble=trouble,
    )


def _shuffled(reasons: tuple[str, ...]) -> list[str]:
    """In no particular order, so that the first is not simply the most chosen; `other` stays last."""
    order = [reason for reason in reasons if reason != "other"]
    random.shuffle(order)
    return [*order, *(reason for reason in reasons if reason == "other")]


def _to_overview(portal: PortalView, done: str, subscription_id: str) -> Response:
    return redirect_to(f"{shell.home(portal.slug)}?done={done}&of={subscription_id}")
