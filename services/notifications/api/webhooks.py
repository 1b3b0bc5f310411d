"""/v1/webhook_endpoints and /v1/webhook_deliveries: where a vendor's own programs hear of events, and what arrived."""

from datetime import timedelta
from typing import Any, Final

from flask.views import MethodView

from services.notifications.actions.webhooks import endpoints, queueing
from services.notifications.actions.webhooks.endpoints import NewEndpoint
from services.notifications.adapters.mailing import Mailing
from services.notifications.adapters.webhooks import Webhooks
from services.notifications.queries import webhooks as queries
from services.notifications.queries.webhooks import DeliveryView, EndpointView
from services.notifications.schemas.webhooks import (
    NewWebhookEndpointSchema,
    WebhookDeliveryArgs,
    WebhookDeliveryPageSchema,
    WebhookDeliverySchema,
    WebhookDeliveryWithAnswersSchema,
    WebhookEndpointMadeSchema,
    WebhookEndpointPageSchema,
    WebhookEndpointPatchSchema,
    WebhookEndpointSchema,
    WebhookResendSchema,
    WebhookResentSchema,
    WebhookRollSchema,
)
from shared import clock
from shared.web import ApiBlueprint, adapters, idempotent, session
from shared.web.access import api
from shared.web.fields import EmptyObject
from shared.web.once import show_once
from shared.web.paging import PageArgs, page

blueprint: Final = ApiBlueprint("webhook_endpoints", description="Where a vendor's own programs hear of events")
deliveries: Final = ApiBlueprint("webhook_deliveries", description="What arrived at webhook endpoints, or not")


@blueprint.route("")
class Endpoints(MethodView):
    """All of them."""

    @api("webhook_endpoints:read")
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, WebhookEndpointPageSchema)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List webhook endpoints, newest first."""
        found = page(session(), queries.listing(), queries.ROW, args)
        return {"data": [queries.view(row) for row in found.data], "has_more": found.has_more}

    @api("webhook_endpoints:write")
    @idempotent
    @blueprint.arguments(NewWebhookEndpointSchema)
    @blueprint.response(201, WebhookEndpointMadeSchema)
    def post(self, given: dict[str, Any]) -> dict[str, Any]:
        """Add a webhook endpoint; the secret that its webhooks are signed with is in this answer and nowhere else."""
        return _shown(endpoints.create(session(), webhooks=_webhooks(), now=clock.now(), **given))


@blueprint.route("/<endpoint_id>")
class Endpoint(MethodView):
    """One of them."""

    @api("webhook_endpoints:read")
    @blueprint.response(200, WebhookEndpointSchema)
    def get(self, endpoint_id: str) -> EndpointView:
        """Read a webhook endpoint."""
        return queries.get(session(), endpoint_id=endpoint_id)

    @api("webhook_endpoints:write")
    @blueprint.arguments(WebhookEndpointPatchSchema)
    @blueprint.response(200, WebhookEndpointSchema)
    def patch(self, given: dict[str, Any], endpoint_id: str) -> EndpointView:
        """Change a webhook endpoint, switch it off, or on again."""
        return endpoints.change(session(), endpoint_id=endpoint_id, given=given, webhooks=_webhooks(), now=clock.now())

    @api("webhook_endpoints:write")
    @blueprint.response(204)
    def delete(self, endpoint_id: str) -> None:
        """Delete a webhook endpoint with all that was delivered to it."""
        endpoints.remove(session(), endpoint_id=endpoint_id, now=clock.now())


@blueprint.route("/<endpoint_id>/roll")
class Roll(MethodView):
    """Replacing its secret."""

    @api("webhook_endpoints:write")
    @idempotent
    @blueprint.arguments(WebhookRollSchema)
    @blueprint.response(201, WebhookEndpointMadeSchema)
    def post(self, given: dict[str, Any], endpoint_id: str) -> dict[str, Any]:
        """Replace its secret; webhooks carry a signature of the old one too until the overlap is over."""
        return _shown(
            endpoints.roll(
                session(),
                endpoint_id=endpoint_id,
                overlap=timedelta(seconds=given["overlap"]),
                webhooks=_webhooks(),
                now=clock.now(),
            )
        )


@blueprint.route("/<endpoint_id>/test")
class Test(MethodView):
    """Trying it."""

    @api("webhook_endpoints:write")
    @idempotent
    @blueprint.arguments(EmptyObject)
    @blueprint.response(201, WebhookDeliverySchema)
    def post(self, _given: dict[str, Any], endpoint_id: str) -> DeliveryView:
        """Send a webhook of type `webhook_endpoint.test`, which tells of nothing."""
        return queueing.send_test(session(), endpoint_id=endpoint_id, now=clock.now())


@blueprint.route("/<endpoint_id>/resend")
class ResendMany(MethodView):
    """Sending what it missed."""

    @api("webhook_endpoints:write")
    @idempotent
    @blueprint.arguments(WebhookResendSchema)
    @blueprint.response(200, WebhookResentSchema)
    def post(self, given: dict[str, Any], endpoint_id: str) -> dict[str, int]:
        """Send it the events of the last thirty days that it missed, or those of a type or a time."""
        return {"count": queueing.resend_many(session(), endpoint_id=endpoint_id, now=clock.now(), **given)}


@deliveries.route("")
class Deliveries(MethodView):
    """All of them."""

    @api("webhook_deliveries:read")
    @deliveries.arguments(WebhookDeliveryArgs, location="query")
    @deliveries.response(200, WebhookDeliveryPageSchema)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List deliveries of the last thirty days, newest first."""
        asked = {name: args[name] for name in ("endpoint", "state", "type", "event")}
        found = page(session(), queries.deliveries(**asked), queries.DELIVERY_ROW, args)
        return {"data": [queries.delivery_view(row) for row in found.data], "has_more": found.has_more}


@deliveries.route("/<delivery_id>")
class Delivery(MethodView):
    """One of them."""

    @api("webhook_deliveries:read")
    @deliveries.response(200, WebhookDeliveryWithAnswersSchema)
    def get(self, delivery_id: str) -> DeliveryView:
        """Read a delivery with what came of each attempt."""
        return queries.delivery(session(), delivery_id=delivery_id)


@deliveries.route("/<delivery_id>/resend")
class Resend(MethodView):
    """Sending one again."""

    @api("webhook_deliveries:write")
    @idempotent
    @deliveries.arguments(EmptyObject)
    @deliveries.response(200, WebhookDeliverySchema)
    def post(self, _given: dict[str, Any], delivery_id: str) -> DeliveryView:
        """Try a delivery anew, at once, under the same id."""
        return queueing.resend(session(), delivery_id=delivery_id, now=clock.now())


def _shown(made: NewEndpoint) -> dict[str, Any]:
    show_once(secret=made.secret)
    return {**vars(made.view), "secret": None}


def _webhooks() -> Webhooks:
    return adapters(Mailing).webhooks
