"""Pausing, and going on."""

from typing import Any

from flask import Response
from flask.views import MethodView

from services.portal.actions import subscriptions as actions
from services.portal.api import steps
from services.portal.api.subscriptions.blueprint import blueprint
from services.portal.api.subscriptions.resource import declined, shown
from services.portal.queries import time
from services.portal.queries.subscriptions import SubscriptionView
from services.portal.rules.payments.outcome import Result
from services.portal.rules.subscriptions.beginning import ResumeDeclined
from services.portal.schemas.subscriptions import Pause, Subscription
from shared.web import caller, idempotent, in_steps, session
from shared.web.access import api
from shared.web.fields import EmptyObject


@blueprint.route("/<subscription_id>/pause")
class PauseOfSubscription(MethodView):
    """Pausing."""

    @api("subscriptions:write")
    @idempotent
    @blueprint.arguments(Pause)
    @blueprint.response(200, Subscription)
    def post(self, given: dict[str, Any], subscription_id: str) -> SubscriptionView:
        """Pause a subscription at the end of its paid period"""
        by, now = time.seen_by(session(), caller()), time.now(session())
        actions.pause(session(), subscription_id=subscription_id, by=by, **given, now=now)
        return shown(subscription_id)


@blueprint.route("/<subscription_id>/resume")
class ResumeOfSubscription(MethodView):
    """Going on."""

    @api("subscriptions:write")
    @in_steps
    @idempotent(required=True, resumes=True)
    @blueprint.arguments(EmptyObject)
    @blueprint.response(200, Subscription)
    def post(self, _given: dict[str, Any], subscription_id: str) -> SubscriptionView | Response:
        """Go on: a pause that has not begun is withdrawn; else a new period begins now and is charged

        A declined charge is a 409 `resume_declined`, and the subscription stays paused.
        """
        done = steps.charge(
            lambda step: actions.resume(
                step, subscription_id=subscription_id, by=time.seen_by(step, caller()), now=time.now(step)
            ),
            facts=lambda _made: {},
        )
        if done.outcome is Result.DECLINED:
            return declined(ResumeDeclined, payment_id=done.payment)
        return shown(subscription_id)
