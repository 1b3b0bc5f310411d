"""/v1/messages: every mail, who got it, what it said, in which state it is."""

from typing import Any, Final

import marshmallow as ma
from flask.views import MethodView

from services.notifications.actions import resending
from services.notifications.queries import messages as queries
from services.notifications.queries.messages import MessageView
from services.notifications.rules.delivery import State
from services.notifications.rules.messages import Kind
from services.notifications.schemas.messages import MessageListItemSchema, MessagePageSchema, MessageSchema
from shared import clock
from shared.web import ApiBlueprint, Str, idempotent, session
from shared.web.access import api
from shared.web.fields import EmptyObject
from shared.web.paging import PageArgs, page

blueprint: Final = ApiBlueprint("messages", description="Mails, each from the moment it is owed")


class MessageArgs(PageArgs):
    """Query parameters of the list."""

    customer = Str(load_default=None, metadata={"description": "Messages about this customer"})
    kind = ma.fields.Enum(Kind, by_value=True, load_default=None, metadata={"description": "Messages of this kind"})
    to = Str(load_default=None, metadata={"description": "Messages to addresses with this in them, in any case"})
    state = ma.fields.Enum(State, by_value=True, load_default=None, metadata={"description": "Messages in this state"})


@blueprint.route("")
class Messages(MethodView):
    """All of them."""

    @api("messages:read")
    @blueprint.arguments(MessageArgs, location="query")
    @blueprint.response(200, MessagePageSchema)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List messages, newest first."""
        asked = queries.listing(customer=args["customer"], kind=args["kind"], state=args["state"], to=args["to"])
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


@blueprint.route("/<message_id>/resend")
class Resend(MethodView):
    """Another one that says the same."""

    @api("messages:write")
    @idempotent
    @blueprint.arguments(EmptyObject)
    @blueprint.response(201, MessageListItemSchema)
    def post(self, _given: dict[str, Any], message_id: str) -> MessageView:
        """Send a message again, as a new one.

        It goes to the customer's address of now. 409 `message_never_resent` for what signs in or invites,
        `message_under_way` while it or its repetition waits, `message_gone` where nothing is left of it.
        """
        return resending.resend(session(), message_id=message_id, now=clock.now())
