"""Changing plan and quantity, taking a change back, coupons."""

from typing import Any

from flask import Response
from flask.views import MethodView

from services.portal.actions.payments import collect
from services.portal.actions.payments.collect import Collected
from services.portal.actions.subscriptions import apply_coupon, prepare_change, undo_change
from services.portal.actions.subscriptions import change as changing
from services.portal.actions.subscriptions.change import Changed
from services.portal.adapters import Adapters
from services.portal.api.subscriptions.blueprint import blueprint
from services.portal.api.subscriptions.resource import shown
from services.portal.queries import payments, time
from services.portal.queries.subscriptions import SubscriptionView
from services.portal.rules.payments.outcome import Result
from services.portal.schemas.changes import ChangedSubscription, ChangeOfSubscription, CouponCode
from services.portal.schemas.subscriptions import EmptyObject, Subscription
from shared.errors import Conflict
from shared.web import adapters, begin, caller, etags, idempotent, in_steps, session
from shared.web.access import api
from shared.web.errors import refused


class ChangeDeclined(Conflict):
    """What was due was not paid: the subscription is as it was, and nothing is owed."""

    code = "change_declined"


@blueprint.route("/<subscription_id>/change")
class ChangeOfPlan(MethodView):
    """Changing plan or quantity."""

    @api("subscriptions:write")
    @in_steps
    @idempotent(required=True)
    @blueprint.arguments(ChangeOfSubscription)
    @blueprint.response(200, ChangedSubscription)
    def post(self, given: dict[str, Any], subscription_id: str) -> dict[str, Any] | Response:
        """Change plan or quantity, now or at the end of the period; what is due is charged first

        `change.state` says what became of it: `changed`, `scheduled`, `action_required` or `unknown`, of which the last
        two wait for the payment. A declined charge is a 409 `change_declined`, and the subscription is as it was.
        """
        wanted = prepare_change.wanted_of(given)
        collected = collect.run(
            begin(),
            processors=adapters(Adapters).processors,
            act=lambda step: changing.change(
                step,
                subscription_id=subscription_id,
                wanted=wanted,
                by=time.seen_by(step, caller()),
                check=etags.check,
                now=time.now(step),
            ),
        )
        if collected.outcome is Result.DECLINED and collected.result.payment is not None:
            payment = payments.record(session(), payment_id=collected.result.payment)
            return refused(ChangeDeclined(payment=payment.id, decline_code=payment.decline_code))
        return {**vars(shown(subscription_id)), "change": _state(collected)}


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
    @idempotent
    @blueprint.arguments(CouponCode)
    @blueprint.response(200, Subscription)
    def post(self, given: dict[str, Any], subscription_id: str) -> SubscriptionView:
        """Apply a coupon; one that was there is replaced"""
        apply_coupon.apply_coupon(
            session(),
            subscription_id=subscription_id,
            code=given["code"],
            by=caller(),
            check=etags.check,
            now=time.now(session()),
        )
        return shown(subscription_id)

    @api("subscriptions:write")
    @blueprint.response(200, Subscription)
    def delete(self, subscription_id: str) -> SubscriptionView:
        """Take the coupon off; its use stays counted"""
        apply_coupon.remove_coupon(
            session(), subscription_id=subscription_id, by=caller(), check=etags.check, now=time.now(session())
        )
        return shown(subscription_id)


def _state(collected: Collected[Changed]) -> dict[str, Any]:
    """What became of the change."""
    result, outcome = collected.result, collected.outcome
    waits = outcome in (Result.ACTION_REQUIRED, Result.UNKNOWN)
    state = outcome.value if outcome is not None and waits else "changed" if result.when == "now" else "scheduled"
    return {
        "state": state,
        "plan": result.target.plan,
        "quantity": result.target.quantity,
        "takes_effect_at": result.target.moment,
        "payment": result.payment,
        "action_url": None if collected.payment is None else collected.payment.action_url,
    }
