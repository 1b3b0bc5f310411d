"""Changing plan and quantity, taking a change back, coupons."""

from typing import Any

from flask import Response
from flask.views import MethodView

from services.portal.actions.payments.calls import Calls
from services.portal.actions.subscriptions import apply_coupon, prepare_change, remove_coupon, undo_change
from services.portal.actions.subscriptions import change as changing
from services.portal.actions.subscriptions.change import Changed
from services.portal.api import steps
from services.portal.api.steps import Done
from services.portal.api.subscriptions.blueprint import blueprint
from services.portal.api.subscriptions.resource import declined, shown
from services.portal.queries import time
from services.portal.queries.subscriptions import SubscriptionView
from services.portal.rules.payments.outcome import Result
from services.portal.rules.products.switching import When
from services.portal.rules.subscriptions.agreed import Target
from services.portal.schemas.changes import ChangedSubscription, ChangeOfSubscription, CouponCode
from services.portal.schemas.subscriptions import Subscription
from shared.database import Session
from shared.errors import Conflict
from shared.web import caller, etags, idempotent, in_steps, session
from shared.web.access import api
from shared.web.fields import EmptyObject


class ChangeDeclined(Conflict):
    """What was due was not paid: the subscription is as it was, and nothing is owed."""

    code = "change_declined"


@blueprint.route("/<subscription_id>/change")
class ChangeOfPlan(MethodView):
    """Changing plan or quantity."""

    @api("subscriptions:write")
    @in_steps
    @idempotent(required=True, resumes=True)
    @blueprint.arguments(ChangeOfSubscription)
    @blueprint.response(200, ChangedSubscription)
    def post(self, given: dict[str, Any], subscription_id: str) -> dict[str, Any] | Response:
        """Change plan or quantity, now or at the end of the period; what is due is charged first

        `change.state` says what became of it: `changed`, `scheduled`, `action_required` or `unknown`, of which the last
        two wait for the payment. A declined charge is a 409 `change_declined`, and the subscription is as it was.
        """
        wanted = prepare_change.wanted_of(given)
        done = steps.charge(
            lambda step: changing.change(
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
            return declined(ChangeDeclined, payment_id=done.payment)
        return {**vars(shown(subscription_id)), "change": _state(done)}


@blueprint.route("/<subscription_id>/undo_change")
class UndoChangeOfSubscription(MethodView):
    """Taking a change back."""

    @api("subscriptions:write")
    @idempotent
    @blueprint.arguments(EmptyObject)
    @blueprint.response(200, Subscription)
    def post(self, _given: dict[str, Any], subscription_id: str) -> SubscriptionView:
        """Withdraw a change that waits for the end of the period or for the customer's bank"""
        undo_change.undo_change(
            session(), subscription_id=subscription_id, by=caller(), check=etags.check, now=time.now(session())
        )
        return shown(subscription_id)


@blueprint.route("/<subscription_id>/coupon")
class CouponOfSubscription(MethodView):
    """The subscription's coupon."""

    @api("subscriptions:write")
    @in_steps
    @idempotent(resumes=True)
    @blueprint.arguments(CouponCode)
    @blueprint.response(200, Subscription)
    def post(self, given: dict[str, Any], subscription_id: str) -> SubscriptionView:
        """Apply a coupon; one that was there is replaced"""
        steps.call(lambda step: _apply(step, subscription_id=subscription_id, code=given["code"]))
        return shown(subscription_id)

    @api("subscriptions:write")
    @in_steps
    @blueprint.response(200, Subscription)
    def delete(self, subscription_id: str) -> SubscriptionView:
        """Take the coupon off; its use stays counted"""
        steps.call_once(lambda step: _remove(step, subscription_id=subscription_id))
        return shown(subscription_id)


def _apply(step: Session, *, subscription_id: str, code: str) -> Calls:
    applied = apply_coupon.apply_coupon(
        step, subscription_id=subscription_id, code=code, by=caller(), check=etags.check, now=time.now(step)
    )
    return Calls(sources=applied.sources)


def _remove(step: Session, *, subscription_id: str) -> Calls:
    removed = remove_coupon.remove_coupon(
        step, subscription_id=subscription_id, by=caller(), check=etags.check, now=time.now(step)
    )
    return Calls(sources=removed.sources)


def _facts(made: Changed) -> dict[str, Any]:
    return {"target": made.target.stored(), "when": made.when.value}


def _state(done: Done) -> dict[str, Any]:
    """What became of the change."""
    target, outcome = Target(**done.facts["target"]), done.outcome
    waits = outcome in (Result.ACTION_REQUIRED, Result.UNKNOWN)
    is_now = done.facts["when"] == When.NOW
    state = outcome.value if outcome is not None and waits else "changed" if is_now else "scheduled"
    return {
        "state": state,
        "plan": target.plan,
        "quantity": target.quantity,
        "takes_effect_at": target.moment,
        "payment": done.payment,
        "action_url": None if done.settled is None else done.settled.action_url,
    }
