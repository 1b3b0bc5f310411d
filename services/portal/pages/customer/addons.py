"""Add-ons in two steps: what it would cost, then do it. Looking on saves nothing."""

from typing import Final

from flask import Blueprint, Response, request

from services.portal.actions.payments import collect
from services.portal.actions.subscriptions import agreeing, change_addons, planned_addon
from services.portal.actions.subscriptions.planned_addon import Wanted
from services.portal.actions.subscriptions.under_way import PaymentUnderWay, RenewalUnderWay
from services.portal.adapters import Adapters
from services.portal.pages.customer import shell
from services.portal.pages.embed import windows
from services.portal.queries import adding, payments, time
from services.portal.queries.portals import PortalView
from services.portal.queries.subscriptions import card
from services.portal.rules.confirmation import ConfirmationInvalid, PreviewOutdated
from services.portal.rules.customers.po_number import PoNumberRequired
from services.portal.rules.payments import decline as declines
from services.portal.rules.payments.outcome import Result
from services.portal.rules.policy import Action
from services.portal.rules.reasons import QuantityOutOfRange
from services.portal.rules.subscriptions.addons import (
    AddonAlreadyAdded,
    AddonNotAdded,
    AddonNotOffered,
    AddonUnchanged,
    AddonUnknown,
)
from services.portal.settings import PortalSettings
from shared.errors import NotFound, Refusal
from shared.i18n import text
from shared.web import adapters, begin, caller, customer, in_steps, redirect_to, session, settings
from shared.web.htmx import language

blueprint = Blueprint("addons", __name__, url_prefix="/p/<slug>/subscriptions/<subscription_id>/addons/<addon_id>")

_SAID: Final = (
    AddonAlreadyAdded,
    AddonNotAdded,
    AddonNotOffered,
    AddonUnchanged,
    AddonUnknown,
    PaymentUnderWay,
    PoNumberRequired,
    QuantityOutOfRange,
    RenewalUnderWay,
)


@blueprint.get("", strict_slashes=False)
@customer
def look(slug: str, subscription_id: str, addon_id: str) -> Response:
    """What another quantity would cost, when it holds; 0 takes it off."""
    return _page(shell.open_portal(slug), subscription_id, addon_id)


@blueprint.post("", strict_slashes=False)
@customer
@in_steps
def change(slug: str, subscription_id: str, addon_id: str) -> Response:
    """Do what was shown; what is due is paid first. To the bank where it wants to be asked."""
    portal = shell.open_portal(slug)
    wanted = Wanted(addon=addon_id, quantity=_quantity(), verb=request.form.get("verb", ""))
    try:
        collected = collect.run(
            begin(),
            processors=adapters(Adapters).processors,
            act=lambda step: change_addons.change_addons(
                step,
                subscription_id=subscription_id,
                wanted=wanted,
                by=time.seen_by(step, caller()),
                key=settings(PortalSettings).secret_key,
                confirmation=request.form.get("confirmation"),
                now=time.now(step),
            ),
        )
    except (ConfirmationInvalid, PreviewOutdated, *_SAID) as refused:
        return _page(portal, subscription_id, addon_id, trouble=refused, status=409)
    made, outcome = collected.result, collected.outcome
    if outcome is Result.DECLINED and made.payment is not None:
        code = payments.record(session(), payment_id=made.payment).decline_code
        decline = declines.decide(code).sentence
        return _page(portal, subscription_id, addon_id, decline=decline, status=402)
    if outcome is Result.ACTION_REQUIRED and collected.payment and collected.payment.action_url:
        return windows.to_bank(slug, collected.payment)
    return _back(slug, subscription_id, done="unknown" if outcome is Result.UNKNOWN else "changed")


@blueprint.post("/kept")
@customer
def keep(slug: str, subscription_id: str, addon_id: str) -> Response:
    """Keep it, and as many as there are."""
    portal = shell.open_portal(slug)
    return _at_once(portal, subscription_id, addon_id, undo=True)


@blueprint.post("/withdrawn")
@customer
def withdraw(slug: str, subscription_id: str, addon_id: str) -> Response:
    """Nobody waits for the bank any more."""
    portal = shell.open_portal(slug)
    return _at_once(portal, subscription_id, addon_id, undo=False)


def _at_once(portal: PortalView, subscription_id: str, addon_id: str, *, undo: bool) -> Response:
    act = change_addons.undo_remove_addon if undo else change_addons.withdraw_addon
    by, now = time.seen_by(session(), caller()), time.now(session())
    try:
        act(session(), subscription_id=subscription_id, addon=addon_id, by=by, now=now)
    except _SAID as refused:
        return _page(portal, subscription_id, addon_id, trouble=refused, status=409)
    return _back(portal.slug, subscription_id, done="changed")


def _page(
    portal: PortalView,
    subscription_id: str,
    addon_id: str,
    *,
    trouble: Refusal | None = None,
    decline: str | None = None,
    status: int = 200,
) -> Response:
    """What would happen, with a fresh confirmation; or what is against it, with the way to choose again."""
    by, now = time.seen_by(session(), caller()), time.now(session())
    shown = card(session(), subscription_id=subscription_id, portal=portal, by=by, now=now)
    line = adding.shown(session(), subscription_id=subscription_id).line(addon_id)
    if line is None and trouble is None:
        raise NotFound
    quantity = _quantity()
    if quantity is None and line is not None:
        quantity = line.quantity or line.minimum
    prepared = None
    if line is not None and quantity != line.quantity:
        try:
            prepared = agreeing.prepare(
                session(),
                subscription_id=subscription_id,
                action=Action.CHANGE_ADDONS,
                previewer=planned_addon.preview_addons,
                given={"addon": addon_id, "quantity": quantity},
                by=by,
                key=settings(PortalSettings).secret_key,
                now=now,
            )
        except _SAID as refused:
            trouble, status = trouble or refused, 409
    return shell.show(
        "portal/customer/addons/confirm.html",
        portal=portal,
        status=status,
        address=f"{shell.home(portal.slug)}/subscriptions/{subscription_id}",
        card=shown,
        line=line,
        quantity=quantity,
        prepared=prepared,
        trouble=None if trouble is None else text(f"errors.{trouble.code}", language(), **trouble.params),
        decline=decline,
    )


def _quantity() -> int | str | None:
    """What was chosen; a number that is none is refused by the rule. None: nothing yet."""
    given = request.values.get("quantity")
    if not given:
        return None
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else given


def _back(slug: str, subscription_id: str, *, done: str) -> Response:
    return redirect_to(f"{shell.home(slug)}/subscriptions/{subscription_id}?addons={done}")
