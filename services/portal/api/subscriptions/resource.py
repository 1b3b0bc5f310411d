"""/v1/subscriptions: what runs. The verbs lie beside this file."""

from typing import Any

from flask import Response
from flask.views import MethodView

from services.portal.actions import subscriptions as actions
from services.portal.api import steps
from services.portal.api.lists import listed
from services.portal.api.subscriptions.blueprint import blueprint
from services.portal.queries import customers, payments, time
from services.portal.queries import subscriptions as queries
from services.portal.queries.subscriptions import SubscriptionView
from services.portal.rules.payments.outcome import Result
from services.portal.rules.subscriptions.beginning import StartDeclined
from services.portal.schemas.subscriptions import (
    NewSubscription,
    Subscription,
    SubscriptionArgs,
    SubscriptionChange,
    SubscriptionPage,
)
from shared.database import Session
from shared.errors import Conflict
from shared.web import etags, idempotent, in_steps, session
from shared.web.access import api
from shared.web.errors import refused
from shared.web.idempotency import KeyMissing, effect_key


@blueprint.route("")
class Subscriptions(MethodView):
    """All subscriptions."""

    @api("subscriptions:read")
    @blueprint.arguments(SubscriptionArgs, location="query")
    @blueprint.response(200, SubscriptionPage)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List subscriptions, newest first; those of a customer, in a state"""
        now = time.now(session())
        if args["customer"] is not None:
            customers.profile(session(), customer_id=args["customer"])
        wanted = queries.listing(customer=args["customer"], status=args["status"], now=now)
        found = listed(wanted, args, lambda row: row)
        return {**found, "data": queries.records(session(), found["data"], now=now)}

    @api("subscriptions:write")
    @in_steps
    @idempotent(resumes=True)
    @blueprint.arguments(NewSubscription)
    @blueprint.response(201, Subscription)
    def post(self, given: dict[str, Any]) -> SubscriptionView | Response:
        """Start a subscription

        One that is `automatic` and has no trial is charged at once; then the request needs an `Idempotency-Key`. A
        declined charge is a 409 `start_declined` and nothing runs, unless `allow_past_due` is true.
        """
        done = steps.charge(lambda step: _start(step, given), facts=lambda made: {"id": made.id})
        if done.outcome is Result.DECLINED and not given["allow_past_due"]:
            return declined(StartDeclined, payment_id=done.payment)
        return shown(done.facts["id"])


@blueprint.route("/<subscription_id>")
class OneSubscription(MethodView):
    """One subscription."""

    @api("subscriptions:read")
    @blueprint.response(200, Subscription)
    def get(self, subscription_id: str) -> SubscriptionView:
        """Read a subscription"""
        return shown(subscription_id)

    @api("subscriptions:write")
    @blueprint.arguments(SubscriptionChange)
    @blueprint.response(200, Subscription)
    def patch(self, values: dict[str, Any], subscription_id: str) -> SubscriptionView:
        """Change what this subscription says of canceling by its customer"""
        changed = actions.update(
            session(), subscription_id=subscription_id, values=values, check=etags.check, now=time.now(session())
        )
        etags.show(changed.revision)
        return changed

    @api("subscriptions:write")
    @blueprint.response(204)
    def delete(self, subscription_id: str) -> None:
        """Delete a subscription that has ended; its payments and invoices stay

        The customer's permanent link is dead once their last subscription is deleted. One that is deleted stays so.
        """
        actions.delete(session(), subscription_id=subscription_id, check=etags.check, now=time.now(session()))


def shown(subscription_id: str) -> SubscriptionView:
    """The subscription as it is now, with its ETag."""
    found = queries.record(session(), subscription_id=subscription_id, now=time.now(session()))
    etags.show(found.revision)
    return found


def declined(kind: type[Conflict], *, payment_id: str | None) -> Response:
    """The answer where a charge was declined: what was done about it stays."""
    code = None if payment_id is None else payments.record(session(), payment_id=payment_id).decline_code
    return refused(kind(payment=payment_id, decline_code=code))


def _start(step: Session, given: dict[str, Any]) -> actions.Started:
    made = actions.start(step, **given, now=time.now(step))
    if made.intent is not None and effect_key() is None:
        raise KeyMissing
    return made
