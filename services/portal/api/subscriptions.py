"""/v1/subscriptions: what runs, and what is done about it."""

from typing import Any

from flask.views import MethodView

from services.portal.actions import subscriptions as actions
from services.portal.actions.subscriptions import CancellationPreview
from services.portal.api.lists import listed
from services.portal.queries import customers
from services.portal.queries import subscriptions as queries
from services.portal.queries.subscriptions import SubscriptionView
from services.portal.rules.subscriptions.cancellation import Timing
from services.portal.schemas.subscriptions import (
    Cancellation,
    EmptyObject,
    NewSubscription,
    PreviewRequest,
    Subscription,
    SubscriptionArgs,
    SubscriptionChange,
    SubscriptionPage,
)
from services.portal.schemas.subscriptions import (
    CancellationPreview as PreviewOut,
)
from shared import clock
from shared.web import ApiBlueprint, caller, etags, idempotent, session
from shared.web.access import api

blueprint = ApiBlueprint("subscriptions", description="What runs")


@blueprint.route("")
class Subscriptions(MethodView):
    """All subscriptions."""

    @api("subscriptions:read")
    @blueprint.arguments(SubscriptionArgs, location="query")
    @blueprint.response(200, SubscriptionPage)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List subscriptions, newest first; those of a customer, in a state"""
        now = clock.now()
        if args["customer"] is not None:
            customers.profile(session(), customer_id=args["customer"])
        wanted = queries.listing(customer=args["customer"], status=args["status"], now=now)
        found = listed(wanted, args, lambda row: row)
        return {**found, "data": queries.records(session(), found["data"], now=now)}

    @api("subscriptions:write")
    @idempotent
    @blueprint.arguments(NewSubscription)
    @blueprint.response(201, Subscription)
    def post(self, given: dict[str, Any]) -> SubscriptionView:
        """Start a subscription; no money moves"""
        made = actions.start(session(), **given, now=clock.now())
        etags.show(made.revision)
        return made


@blueprint.route("/<subscription_id>")
class OneSubscription(MethodView):
    """One subscription."""

    @api("subscriptions:read")
    @blueprint.response(200, Subscription)
    def get(self, subscription_id: str) -> SubscriptionView:
        """Read a subscription"""
        return _shown(subscription_id)

    @api("subscriptions:write")
    @blueprint.arguments(SubscriptionChange)
    @blueprint.response(200, Subscription)
    def patch(self, values: dict[str, Any], subscription_id: str) -> SubscriptionView:
        """Change what this subscription says of canceling by its customer"""
        changed = actions.update(
            session(), subscription_id=subscription_id, values=values, check=etags.check, now=clock.now()
        )
        etags.show(changed.revision)
        return changed


@blueprint.route("/<subscription_id>/preview")
class PreviewOfSubscription(MethodView):
    """What an action would do."""

    @api("subscriptions:read")
    @blueprint.arguments(PreviewRequest)
    @blueprint.response(200, PreviewOut)
    def post(self, given: dict[str, Any], subscription_id: str) -> CancellationPreview:
        """Look ahead at a cancel; nothing happens"""
        return actions.preview_cancellation(
            session(), subscription_id=subscription_id, by=caller(), timing=Timing(given["timing"]), now=clock.now()
        )


@blueprint.route("/<subscription_id>/cancel")
class CancelOfSubscription(MethodView):
    """Canceling."""

    @api("subscriptions:write")
    @idempotent
    @blueprint.arguments(Cancellation)
    @blueprint.response(200, Subscription)
    def post(self, given: dict[str, Any], subscription_id: str) -> SubscriptionView:
        """Cancel a subscription; one that is canceled already stays as it is"""
        given["timing"] = Timing(given["timing"])
        actions.cancel(session(), subscription_id=subscription_id, by=caller(), **given, now=clock.now())
        return _shown(subscription_id)


@blueprint.route("/<subscription_id>/undo_cancel")
class UndoCancelOfSubscription(MethodView):
    """Taking a scheduled cancel back."""

    @api("subscriptions:write")
    @idempotent
    @blueprint.arguments(EmptyObject)
    @blueprint.response(200, Subscription)
    def post(self, _given: dict[str, Any], subscription_id: str) -> SubscriptionView:
        """Take a scheduled cancel back, until it takes effect"""
        actions.undo_cancel(session(), subscription_id=subscription_id, by=caller(), now=clock.now())
        return _shown(subscription_id)


def _shown(subscription_id: str) -> SubscriptionView:
    found = queries.record(session(), subscription_id=subscription_id, now=clock.now())
    etags.show(found.revision)
    return found
