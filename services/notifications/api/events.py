"""/v1/events: what happened in the last thirty days."""

from typing import Any, Final

from flask.views import MethodView

from services.notifications.queries import events as queries
from services.notifications.queries.events import EventView
from services.notifications.schemas.events import EventArgs, EventPageSchema, EventSchema
from shared.web import ApiBlueprint, session
from shared.web.access import api
from shared.web.paging import page

blueprint: Final = ApiBlueprint("events", description="What happened in the last thirty days")
FILTERS: Final = ("type", "customer", "actor", "request_id", "created_from", "created_to")


@blueprint.route("")
class Events(MethodView):
    """All of them."""

    @api("events:read")
    @blueprint.arguments(EventArgs, location="query")
    @blueprint.response(200, EventPageSchema)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List events, newest first."""
        listing = queries.listing(**{name: args[name] for name in FILTERS})
        found = page(session(), listing, queries.ROW, args)
        return {"data": [queries.view(row) for row in found.data], "has_more": found.has_more}


@blueprint.route("/<event_id>")
class OneEvent(MethodView):
    """One of them."""

    @api("events:read")
    @blueprint.response(200, EventSchema)
    def get(self, event_id: str) -> EventView:
        """Read an event."""
        return queries.get(session(), event_id=event_id)
