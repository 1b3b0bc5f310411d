"""Canceling, and taking it back."""

from typing import Any

from flask.views import MethodView

from services.portal.actions import subscriptions as actions
from services.portal.actions.payments.calls import Calls
from services.portal.api import steps
from services.portal.api.subscriptions.blueprint import blueprint
from services.portal.api.subscriptions.resource import shown
from services.portal.queries import time
from services.portal.queries.subscriptions import SubscriptionView
from services.portal.rules.subscriptions.cancellation import Timing
from services.portal.schemas.subscriptions import Cancellation, Subscription
from shared.database import Session
from shared.web import caller, idempotent, in_steps
from shared.web.access import api
from shared.web.fields import EmptyObject
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

        One that ends at once may give money back, or charge what earlier changes left to its next renewal; then the
        request needs an `Idempotency-Key`.
        """
        steps.call(lambda step: _cancel(step, given, subscription_id=subscription_id))
        return shown(subscription_id)


@blueprint.route("/<subscription_id>/undo_cancel")
class UndoCancelOfSubscription(MethodView):
    """Taking a scheduled cancel back."""

    @api("subscriptions:write")
    @in_steps
    @idempotent(resumes=True)
    @blueprint.arguments(EmptyObject)
    @blueprint.response(200, Subscription)
    def post(self, _given: dict[str, Any], subscription_id: str) -> SubscriptionView:
        """Take a scheduled cancel back, until it takes effect"""
        steps.call(lambda step: _undo(step, subscription_id=subscription_id))
        return shown(subscription_id)


def _undo(step: Session, *, subscription_id: str) -> Calls:
    undone = actions.undo_cancel(
        step, subscription_id=subscription_id, by=time.seen_by(step, caller()), now=time.now(step)
    )
    return Calls(sources=undone.sources)


def _cancel(step: Session, given: dict[str, Any], *, subscription_id: str) -> Calls:
    timing = given["timing"]
    canceled = actions.cancel(
        step,
        subscription_id=subscription_id,
        by=time.seen_by(step, caller()),
        **{**given, "timing": None if timing is None else Timing(timing)},
        now=time.now(step),
    )
    if (canceled.refunds or canceled.intent) and effect_key() is None:
        raise KeyMissing
    return canceled.calls
