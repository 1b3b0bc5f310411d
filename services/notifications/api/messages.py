"""/v1/messages: every mail, who got it, what it said, in which state it is."""

from typing import Any, Final

import marshmallow as ma
from flask.views import MethodView

from services.notifications.queries import messages as queries
from services.notifications.queries.messages import MessageView
from services.notifications.rules.delivery import State
from services.notifications.rules.messages import Kind
from services.notifications.schemas.messages import MessagePageSchema, MessageSchema
from shared.web import ApiBlueprint, Str, session
from shared.web.access import api
from shared.web.paging import PageArgs, page

blueprint: Final = ApiBlueprint("messages", description="Mails, each from the moment it is owed")


class MessageArgs(PageArgs):
    """Query parameters of the list."""

    customer = Str(load_default=None, metadata={"description": "Messages about this customer"})
    kind = ma.fields.Enum(Kind, by_value=True, load_default=None, metadata={"description": "Messages of this kind"})
    state = ma.fields.Enum(State, by_value=True, load_default=None, metadata={"description": "Messages in this state"})


@blueprint.route("")
class Messages(MethodView):
    """All of them."""

    @api("messages:read")
    @blueprint.arguments(MessageArgs, location="query")
    @blueprint.response(200, MessagePageSchema)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List messages, newest first."""
        asked = queries.listing(customer=args["customer"], kind=args["kind"], state=args["state"])
        found = page(session(), asked, queries.ROW, args)
        return {"data": [queries.view(row) for row in found.data], "has_more": found.has_more}


@blueprint.route("/<message_id>")
class OneMessage(MethodView):
    """One of them."""

    @api("messages:read")
    @blueprint.response(200, MessageSchema)
    def get(self, message_id: str) -> MessageView:
        """Read a message with its texts."""
        return queries.get(session(), message_id)
