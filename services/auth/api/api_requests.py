"""/v1/api_requests: what keys asked of the API in the last thirty days that wrote, or was refused."""

from typing import Any, Final

from flask.views import MethodView

from services.auth.adapters import Adapters
from services.auth.queries import api_requests as queries
from services.auth.schemas.api_requests import ApiRequestArgs, ApiRequestPageSchema, ApiRequestSchema
from shared import clock
from shared.database.api_requests import ApiRequest, Wanted
from shared.web import ApiBlueprint, adapters, session
from shared.web.access import api
from shared.web.paging import InvalidCursor

blueprint: Final = ApiBlueprint("api_requests", description="What keys asked for that wrote, or was refused")


@blueprint.route("")
class ApiRequests(MethodView):
    """All of them."""

    @api("api_requests:read")
    @blueprint.arguments(ApiRequestArgs, location="query")
    @blueprint.response(200, ApiRequestPageSchema)
    def get(self, args: dict[str, Any]) -> queries.Found:
        """List the requests of keys that wrote, or were refused, newest first."""
        after, before = args.pop("starting_after"), args.pop("ending_before")
        found = queries.page(session(), adapters(Adapters), Wanted(after=after, before=before, **args), now=clock.now())
        queries.check_whole(found)
        if (after or before) and not found.knows_place:
            raise InvalidCursor(cursor=after or before)
        return found


@blueprint.route("/<api_request_id>")
class OneApiRequest(MethodView):
    """One of them."""

    @api("api_requests:read")
    @blueprint.response(200, ApiRequestSchema)
    def get(self, api_request_id: str) -> ApiRequest:
        """Read a request."""
        return queries.one(session(), adapters(Adapters), api_request_id, now=clock.now())
