"""Coming back after the end."""

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
from services.portal.rules.subscriptions.beginning import StartDeclined
from services.portal.schemas.subscriptions import Resubscription, Subscription
from shared.web import caller, idempotent, in_steps
from shared.web.access import api


@blueprint.route("/<subscription_id>/resubscribe")
class ResubscribeToSubscription(MethodView):
    """Coming back."""

    @api("subscriptions:write")
    @in_steps
    @idempotent(required=True, resumes=True)
    @blueprint.arguments(Resubscription)
    @blueprint.response(201, Subscription)
    def post(self, given: dict[str, Any], subscription_id: str) -> SubscriptionView | Response:
        """Begin a new subscription after the end of this one, charged now, without a second trial

        A declined charge is a 409 `start_declined`, and nothing runs.
        """
        done = steps.charge(
            lambda step: actions.resubscribe(
                step, subscription_id=subscription_id, by=time.seen_by(step, caller()), **given, now=time.now(step)
            ),
            facts=lambda made: {"subscription": made.subscription},
        )
        if done.outcome is Result.DECLINED:
            return declined(StartDeclined, payment_id=done.payment)
        return shown(done.facts["subscription"])
