"""/v1/action_log: what was done, by whom."""

from typing import Any

from flask.views import MethodView

from services.portal.api.lists import listed
from services.portal.queries import action_log as queries
from services.portal.queries import customers
from services.portal.schemas.operations import EntryArgs, EntryPage
from shared.web import ApiBlueprint, session
from shared.web.access import api

blueprint = ApiBlueprint("action_log", description="What was done, by whom; nobody can change it")


@blueprint.route("")
class ActionLog(MethodView):
    """All entries."""

    @api("portal_configurations:read")
    @blueprint.arguments(EntryArgs, location="query")
    @blueprint.response(200, EntryPage)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List what was done, newest first; to one thing, or on the account of a customer"""
        if args["customer"] is not None:
            customers.profile(session(), customer_id=args["customer"])
        return listed(queries.listing(object_id=args["object"], customer=args["customer"]), args, queries.view)
