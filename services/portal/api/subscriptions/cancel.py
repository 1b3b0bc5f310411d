"""Canceling, and taking it back."""

from typing import Any

from flask.views import MethodView

from services.portal.actions import subscriptions as actions
from services.portal.actions.payments import refund
from services.portal.adapters import Adapters
from services.portal.api.subscriptions.blueprint import blueprint
from services.portal.api.subscriptions.resource import shown
from services.portal.queries import time
from services.portal.queries.subscriptions import SubscriptionView
from services.portal.rules.subscriptions.cancellation import Timing
from services.portal.schemas.subscriptions import Cancellation, EmptyObject, Subscription
from shared.web import adapters, begin, caller, idempotent, in_steps, session
from shared.web.access import api
from shared.web.idempotency import KeyMissing, effect_key


@blueprint.route("/<subscription_id>/cancel")
class CancelOfSubscription(MethodView):
    """Canceling."""

    @api("subscriptions:write")
    @in_steps
    @idempotent(resumes=True)
    @blueprint.arguments(Cancellation)
    @blueprint.response(200, Subscription)
    def post(self, given: dict[str, Any], subscription_id: str) -> SubscriptionView:
        """Cancel a subscription; one that is canceled already stays as it is

        One that ends at once may give money back; then the request needs an `Idempotency-Key`.
        """
        timing = given.pop("timing")
        with begin()() as step:
            canceled = actions.cancel(
                step,
                subscription_id=subscription_id,
                by=time.seen_by(step, caller()),
                timing=None if timing is None else Timing(timing),
                **given,
                now=time.now(step),
            )
            if canceled.refunds and effect_key() is None:
                raise KeyMissing
        for intent in canceled.refunds:
            refund.carry_out(begin(), processors=adapters(Adapters).processors, intent=intent)
        return shown(subscription_id)


@blueprint.route("/<subscription_id>/undo_cancel")
class UndoCancelOfSubscription(MethodView):
    """Taking a scheduled cancel back."""

    @api("subscriptions:write")
    @idempotent
    @blueprint.arguments(EmptyObject)
    @blueprint.response(200, Subscription)
    def post(self, _given: dict[str, Any], subscription_id: str) -> SubscriptionView:
        """Take a scheduled cancel back, until it takes effect"""
        now = time.now(session())
        actions.undo_cancel(session(), subscription_id=subscription_id, by=time.seen_by(session(), caller()), now=now)
        return shown(subscription_id)
