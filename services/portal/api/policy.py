"""/v1/policy: what a customer may do, and who says so."""

from dataclasses import replace
from typing import Any

from flask.views import MethodView

from services.portal.queries import portals, subscriptions
from services.portal.rules.policy import Action, Answer
from services.portal.schemas.subscriptions import ExplainArgs, PolicyAnswer
from shared import clock
from shared.web import ApiBlueprint, caller, session
from shared.web.access import api

blueprint = ApiBlueprint("policy", description="What a customer may do, and who says so")


@blueprint.route("/explain")
class Explanation(MethodView):
    """One decision of the policy."""

    @api("subscriptions:read")
    @blueprint.arguments(ExplainArgs, location="query")
    @blueprint.response(200, PolicyAnswer)
    def get(self, args: dict[str, Any]) -> Answer:
        """Explain what the policy says to the customer of a subscription"""
        chosen = args["portal_configuration"]
        portal = portals.default(session()) if chosen is None else portals.by_id(session(), configuration_id=chosen)
        return subscriptions.explain(
            session(),
            subscription_id=args["subscription"],
            action=Action(args["action"]),
            portal=portal,
            by=replace(caller(), kind="customer"),
            now=clock.now(),
        )
