"""/v1/subscriptions/{id}/usage: what was used of what its plan includes."""

from typing import Any

from flask.views import MethodView

from services.portal.api.subscriptions.blueprint import blueprint
from services.portal.queries import time, usage
from services.portal.schemas.usage import Usage, UsageArgs
from shared.web import session
from shared.web.access import api


@blueprint.route("/<subscription_id>/usage")
class SubscriptionUsage(MethodView):
    """What was used."""

    @api("subscriptions:read")
    @blueprint.arguments(UsageArgs, location="query")
    @blueprint.response(200, Usage)
    def get(self, args: dict[str, Any], subscription_id: str) -> dict[str, Any]:
        """Read what was used of each meter that the plan shows, in the running period and those before it"""
        found = usage.of_subscription(
            session(), subscription_id=subscription_id, now=time.now(session()), count=args["periods"]
        )
        return {"data": found}
