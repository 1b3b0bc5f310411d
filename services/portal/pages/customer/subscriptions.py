"""Canceling in two steps, and taking it back. The first step shows exactly what the second will do."""

import random

from flask import Blueprint, Response, request

from services.portal.actions import subscriptions
from services.portal.actions.payments import calls
from services.portal.actions.subscriptions import OfferView
from services.portal.adapters import Adapters
from services.portal.pages.customer import flows, shell
from services.portal.queries import time
from services.portal.queries.portals import PortalView
from services.portal.queries.subscriptions import card
from services.portal.rules.confirmation import ConfirmationInvalid, PreviewOutdated
from services.portal.rules.portals.flows import own_coupon
from services.portal.rules.subscriptions.cancellation import ModeRequired, Timing
from services.portal.rules.subscriptions.lifecycle import InvalidState
from services.portal.rules.subscriptions.retention import Kind
from services.portal.settings import PortalSettings
from shared.errors import FieldError, Invalid
from shared.web import adapters, begin, caller, customer, in_steps, redirect_to, session, settings

blueprint = Blueprint("subscriptions", __name__, url_prefix="/p/<slug>/subscriptions/<subscription_id>")


@blueprint.get("/cancellation")
@customer
def confirm_cancellation(slug: str, subscription_id: str) -> Response:
    """What canceling would do and when. Saves nothing."""
    return _confirm_page(shell.open_portal(slug), subscription_id)


@blueprint.post("/cancellation")
@customer
@in_steps
def cancel(slug: str, subscription_id: str) -> Response:
    """Cancel what was shown. If that is no longer what would happen, the new facts are shown first.

    Where the portal has something to offer for the reason given, it is shown once before, with *Cancel now* beside it,
    which says that the offer was seen.
    """
    portal = shell.open_portal(slug)
    own = own_coupon(shell.flow(), subscription=subscription_id)
    may_offer = _has_options(portal, subscription_id) and not request.form.get("declined")
    offer = _offer(subscription_id, own) if may_offer else None
    if offer is not None:
        return _offer_page(portal, subscription_id, offer)
    try:
        canceled = _cancel(subscription_id)
    except (ConfirmationInvalid, PreviewOutdated) as outdated:
        return _confirm_page(portal, subscription_id, trouble=outdated.code, status=409)
    except ModeRequired as missing:
        return _confirm_page(portal, subscription_id, trouble=missing.code, status=422)
    except Invalid as invalid:
        wrong = next((each.code for each in invalid.fields), invalid.code)
        return _confirm_page(portal, subscription_id, trouble=wrong, status=422)
    calls.carry_out(begin(), processors=adapters(Adapters).processors, calls=canceled.calls)
    if canceled.ticket is not None:
        return flows.done(slug, f"{shell.home(slug)}/tickets/{canceled.ticket.id}")
    return flows.done(slug, shell.overview(slug, "canceled", subscription_id))


@blueprint.post("/offer")
@customer
def accept_offer(slug: str, subscription_id: str) -> Response:
    """Take what was offered and keep the subscription."""
    portal = shell.open_portal(slug)
    try:
        taken = subscriptions.accept(
            session(),
            subscription_id=subscription_id,
            kind=request.form.get("kind", ""),
            by=time.seen_by(session(), caller()),
            key=settings(PortalSettings).secret_key,
            confirmation=request.form.get("offer"),
            own_coupon=own_coupon(shell.flow(), subscription=subscription_id),
            now=time.now(session()),
        )
    except (ConfirmationInvalid, PreviewOutdated):
        return shell.to_overview(portal, "offer_gone", subscription_id)
    if taken is Kind.PLAN:
        return redirect_to(f"{shell.home(slug)}/subscriptions/{subscription_id}/change")
    if taken is Kind.CONTACT:
        return redirect_to(f"{shell.home(slug)}/tickets/new" if portal.features.tickets_enabled else _support(portal))
    return flows.done(slug, shell.overview(slug, "kept", subscription_id))


@blueprint.post("/uncancellation")
@customer
@in_steps
def undo_cancellation(slug: str, subscription_id: str) -> Response:
    """Keep the subscription after all."""
    portal = shell.open_portal(slug)
    with begin()() as step:
        by, now = time.seen_by(step, caller()), time.now(step)
        undone = subscriptions.undo_cancel(step, subscription_id=subscription_id, by=by, now=now)
    calls.carry_out(begin(), processors=adapters(Adapters).processors, calls=calls.Calls(sources=undone.sources))
    return shell.to_overview(portal, "uncanceled", subscription_id)


def _cancel(subscription_id: str) -> subscriptions.Canceled:
    with begin()() as step:
        return subscriptions.cancel(
            step,
            subscription_id=subscription_id,
            by=time.seen_by(step, caller()),
            key=settings(PortalSettings).secret_key,
            confirmation=request.form.get("confirmation"),
            timing=_timing(),
            feedback=request.form.get("feedback") or None,
            comment=_comment(),
            now=time.now(step),
        )


def _offer(subscription_id: str, own: str | None) -> OfferView | None:
    with begin()() as step:
        return subscriptions.offer(
            step,
            subscription_id=subscription_id,
            reason=request.form.get("feedback") or None,
            own_coupon=own,
            form=request.form.get("confirmation"),
            by=time.seen_by(step, caller()),
            key=settings(PortalSettings).secret_key,
            now=time.now(step),
        )


def _offer_page(portal: PortalView, subscription_id: str, offer: OfferView) -> Response:
    """One offer; what was chosen and typed goes along to *Cancel now*."""
    by, now = time.seen_by(session(), caller()), time.now(session())
    return shell.show(
        "portal/customer/subscriptions/offer.html",
        portal=portal,
        card=card(session(), subscription_id=subscription_id, portal=portal, by=by, now=now),
        offer=offer,
        given={name: request.form.get(name, "") for name in ("confirmation", "timing", "feedback", "comment")},
    )


def _confirm_page(
    portal: PortalView, subscription_id: str, *, trouble: str | None = None, status: int = 200
) -> Response:
    """What will happen, a fresh confirmation, and what was typed. What is over already leads back to the overview."""
    by, now = time.seen_by(session(), caller()), time.now(session())
    shown = card(session(), subscription_id=subscription_id, portal=portal, by=by, now=now)
    try:
        preview = subscriptions.prepare_cancellation(
            session(), subscription_id=subscription_id, by=by, key=settings(PortalSettings).secret_key, now=now
        )
    except InvalidState:
        return shell.to_overview(portal, "canceled", subscription_id)
    return shell.show(
        "portal/customer/subscriptions/cancel.html",
        portal=portal,
        status=status,
        card=shown,
        preview=preview,
        has_options=_has_options(portal, subscription_id),
        reasons=_shuffled(preview.reasons, preview.own_reasons),
        own_reasons=preview.own_reasons,
        timing=request.form.get("timing"),
        chosen=request.form.get("feedback"),
        typed=request.form.get("comment", ""),
        trouble=trouble,
    )


def _has_options(portal: PortalView, subscription_id: str) -> bool:
    """Whether something may be offered before it is canceled; what, depends on the reason."""
    return bool(portal.features.cancel.offers or own_coupon(shell.flow(), subscription=subscription_id))


def _timing() -> Timing | None:
    given = request.form.get("timing")
    if given and given not in set(Timing):
        raise Invalid(FieldError.of("timing", "not_a_choice"))
    return Timing(given) if given else None


def _comment() -> str | None:
    return request.form.get("comment", "").replace("\r\n", "\n").strip() or None


def _support(portal: PortalView) -> str:
    return portal.links.support or shell.home(portal.slug)


def _shuffled(reasons: tuple[str, ...], own: tuple[str, ...]) -> list[str]:
    """In no particular order, so that the first is not simply the most chosen; `other` stays last."""
    order = [reason for reason in (*reasons, *own) if reason != "other"]
    random.shuffle(order)
    return [*order, *(reason for reason in reasons if reason == "other")]
