"""The add-ons of a subscription."""

from typing import Any

from flask import Response
from flask.views import MethodView

from services.portal.actions.subscriptions import change_addons
from services.portal.actions.subscriptions.change_addons import AddonChanged
from services.portal.actions.subscriptions.planned_addon import Wanted
from services.portal.api import steps
from services.portal.api.steps import Done
from services.portal.api.subscriptions.blueprint import blueprint
from services.portal.api.subscriptions.resource import declined, shown
from services.portal.queries import time
from services.portal.queries.subscriptions import SubscriptionView
from services.portal.rules.payments.outcome import Result
from services.portal.rules.subscriptions.addons import When
from services.portal.schemas.addons import AddonQuantity, AddonToAdd, SubscriptionWithAddon
from services.portal.schemas.subscriptions import Subscription
from shared.errors import Conflict
from shared.web import caller, etags, idempotent, in_steps, session
from shared.web.access import api
from shared.web.fields import EmptyObject


class AddonDeclined(Conflict):
    """What was due was not paid: nothing was added, and nothing is owed."""

    code = "addon_declined"


@blueprint.route("/<subscription_id>/addons")
class AddonsOfSubscription(MethodView):
    """What there is besides the plan."""

    @api("subscriptions:write")
    @in_steps
    @idempotent(required=True, resumes=True)
    @blueprint.arguments(AddonToAdd)
    @blueprint.response(200, SubscriptionWithAddon)
    def post(self, given: dict[str, Any], subscription_id: str) -> dict[str, Any] | Response:
        """Add an add-on; its part of the running period is charged first, in a trial nothing is

        `addon_change.state` says what became of it: `changed`, `action_required` or `unknown`, of which the last two
        wait for the payment. A declined charge is a 409 `addon_declined`, and nothing is added.
        """
        return _changed(subscription_id, Wanted(addon=given["addon"], quantity=given["quantity"], verb="add"))


@blueprint.route("/<subscription_id>/addons/<addon_id>")
class AddonOfSubscription(MethodView):
    """One of them."""

    @api("subscriptions:write")
    @in_steps
    @idempotent(required=True, resumes=True)
    @blueprint.arguments(AddonQuantity)
    @blueprint.response(200, SubscriptionWithAddon)
    def post(self, given: dict[str, Any], subscription_id: str, addon_id: str) -> dict[str, Any] | Response:
        """Have more of it, which is charged first, or fewer from the next period on

        `addon_change.state` says what became of it, as for one that is added; `scheduled`: from the next period on.
        """
        return _changed(subscription_id, Wanted(addon=addon_id, quantity=given["quantity"]))

    @api("subscriptions:write")
    @blueprint.response(200, Subscription)
    def delete(self, subscription_id: str, addon_id: str) -> SubscriptionView:
        """Take it off at the end of the period, in a trial at once; one that waits for a bank is withdrawn"""
        now = time.now(session())
        change_addons.remove_addon(
            session(), subscription_id=subscription_id, addon=addon_id, by=caller(), check=etags.check, now=now
        )
        return shown(subscription_id)


@blueprint.route("/<subscription_id>/addons/<addon_id>/undo_remove")
class UndoRemoveOfAddon(MethodView):
    """Keeping it."""

    @api("subscriptions:write")
    @idempotent
    @blueprint.arguments(EmptyObject)
    @blueprint.response(200, Subscription)
    def post(self, _given: dict[str, Any], subscription_id: str, addon_id: str) -> SubscriptionView:
        """Keep an add-on, and as many as there are, that was to go or to be fewer"""
        now = time.now(session())
        change_addons.undo_remove_addon(
            session(), subscription_id=subscription_id, addon=addon_id, by=caller(), check=etags.check, now=now
        )
        return shown(subscription_id)


def _changed(subscription_id: str, wanted: Wanted) -> dict[str, Any] | Response:
    done = steps.charge(
        lambda step: change_addons.change_addons(
            step,
            subscription_id=subscription_id,
            wanted=wanted,
            by=time.seen_by(step, caller()),
            check=etags.check,
            now=time.now(step),
        ),
        facts=_facts,
    )
    if done.outcome is Result.DECLINED:
        return declined(AddonDeclined, payment_id=done.payment)
    return {**vars(shown(subscription_id)), "addon_change": _state(done)}


def _facts(made: AddonChanged) -> dict[str, Any]:
    return {"addon": made.addon, "when": made.when.value}


def _state(done: Done) -> dict[str, Any]:
    outcome = done.outcome
    waits = outcome in (Result.ACTION_REQUIRED, Result.UNKNOWN)
    is_now = done.facts["when"] == When.NOW
    return {
        "state": outcome.value if outcome is not None and waits else "changed" if is_now else "scheduled",
        "addon": done.facts["addon"],
        "payment": done.payment,
        "action_url": None if done.settled is None else done.settled.action_url,
    }
