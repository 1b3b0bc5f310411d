"""/v1/policy: what a customer may do, and who says so."""

from dataclasses import replace
from typing import Any

from flask.views import MethodView

from services.portal.queries import explanations, policy_trial, portals, time
from services.portal.queries.policy_trial import Trial
from services.portal.rules.policy import Action, Answer
from services.portal.schemas.policy import ExplainArgs, PolicyAnswer, PolicyTrial, PolicyTrialResult
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
        """Explain what the policy says to a customer of an action, and what each level said"""
        chosen = args["portal_configuration"]
        portal = portals.default(session()) if chosen is None else portals.by_id(session(), configuration_id=chosen)
        return explanations.explain(
            session(),
            action=Action(args["action"]),
            portal=portal,
            by=replace(caller(), kind="customer"),
            subscription_id=args["subscription"],
            payment_id=args["payment"],
            customer_id=args["customer"],
            now=time.now(session()),
        )


@blueprint.route("/preview")
class Trials(MethodView):
    """A draft, tried on what runs."""

    @api("portal_configurations:read")
    @blueprint.arguments(PolicyTrial)
    @blueprint.response(200, PolicyTrialResult)
    def post(self, given: dict[str, Any]) -> Trial:
        """Try a draft of a portal's features on the running subscriptions: how many gain or lose what"""
        return policy_trial.trial(
            session(),
            configuration_id=given["portal_configuration"],
            changed=given["features"],
            by=replace(caller(), kind="customer"),
            now=time.now(session()),
        )
