"""/v1/message_texts: a vendor's own words in mails, one for a language and key."""

from typing import Any, Final

from flask.views import MethodView

from services.notifications.actions import texts as actions
from services.notifications.queries import texts as queries
from services.notifications.queries.texts import OwnTextView
from services.notifications.schemas.texts import (
    MessageTextArgs,
    MessageTextPageSchema,
    MessageTextSchema,
    NewMessageTextSchema,
)
from shared import clock
from shared.web import ApiBlueprint, session
from shared.web.access import api
from shared.web.paging import page

blueprint: Final = ApiBlueprint("message_texts", description="Texts of mails in the vendor's own words")


@blueprint.route("")
class MessageTexts(MethodView):
    """All of them."""

    @api("message_texts:read")
    @blueprint.arguments(MessageTextArgs, location="query")
    @blueprint.response(200, MessageTextPageSchema)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List the own texts, newest first."""
        asked = queries.listing(language=args["language"], key=args["key"])
        found = page(session(), asked, queries.ROW, args)
        return {"data": [queries.view(row) for row in found.data], "has_more": found.has_more}

    @api("message_texts:write")
    @blueprint.arguments(NewMessageTextSchema)
    @blueprint.response(200, MessageTextSchema)
    def put(self, given: dict[str, str]) -> OwnTextView:
        """Say a text in other words: mails in that language do from now on.

        There is one for a language and key; a second one takes its place. A text that lacks a `{place}` of ours, or has
        another one, is refused with that place named. 404 for a key that there is not, or whose text has to stay: what
        protects whoever reads it.
        """
        return actions.put(session(), **given, now=clock.now())


@blueprint.route("/<text_id>")
class OneMessageText(MethodView):
    """One of them."""

    @api("message_texts:read")
    @blueprint.response(200, MessageTextSchema)
    def get(self, text_id: str) -> OwnTextView:
        """Read an own text."""
        return queries.get(session(), text_id=text_id)

    @api("message_texts:write")
    @blueprint.response(204)
    def delete(self, text_id: str) -> None:
        """Say it in our words again."""
        actions.remove(session(), text_id=text_id)
