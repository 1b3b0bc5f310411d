"""/v1/action_log: what was done, by whom."""

from dataclasses import fields
from typing import Any

from flask.views import MethodView

from services.portal.api.lists import listed
from services.portal.queries import action_log as queries
from services.portal.queries import customers, delegates
from services.portal.queries.action_log import ChainView, Wanted
from services.portal.schemas.operations import EntryArgs, EntryPage, LogCheck
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
        """List what was done, newest first; to one thing, on the account of a customer, by somebody, in a time"""
        if args["customer"] is not None:
            customers.profile(session(), customer_id=args["customer"])
        wanted = Wanted(**{each.name: args[each.name] for each in fields(Wanted)})
        found = listed(queries.listing(wanted), args, queries.view)
        people = delegates.names(session(), {each.actor_id for each in found["data"]})
        return {**found, "data": [{**vars(each), "actor_name": people.get(each.actor_id)} for each in found["data"]]}


@blueprint.route("/check")
class Check(MethodView):
    """Whether the log is whole."""

    @api("portal_configurations:read")
    @blueprint.response(200, LogCheck)
    def get(self) -> ChainView:
        """Check every line of this mode against the chain of hashes; a log of a million lines takes a minute"""
        return queries.verify_own(session())
