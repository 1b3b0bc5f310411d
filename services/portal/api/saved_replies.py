"""/v1/saved_replies: what staff say often. They are of tickets, and so are the scopes."""

from dataclasses import asdict
from typing import Any

from flask.views import MethodView

from services.portal.actions.support import saved_replies as actions
from services.portal.api.lists import listed
from services.portal.queries import saved_replies as queries
from services.portal.queries import time
from services.portal.queries.saved_replies import SavedReplyView
from services.portal.schemas.saved_replies import (
    NewSavedReply,
    SavedReply,
    SavedReplyArgs,
    SavedReplyChange,
    SavedReplyPage,
)
from shared.web import ApiBlueprint, etags, idempotent, session
from shared.web.access import api
from shared.web.paging import PageArgs

blueprint = ApiBlueprint("saved_replies", description="What staff say often in tickets")


@blueprint.route("")
class SavedReplies(MethodView):
    """All saved replies."""

    @api("tickets:read")
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, SavedReplyPage)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List saved replies, newest first"""
        return listed(queries.listing(), args, queries.view)

    @api("tickets:write")
    @idempotent
    @blueprint.arguments(NewSavedReply)
    @blueprint.response(201, SavedReply)
    def post(self, given: dict[str, Any]) -> SavedReplyView:
        """Save a reply"""
        return _tagged(actions.create(session(), **given, now=time.now(session())))


@blueprint.route("/<reply_id>")
class OneSavedReply(MethodView):
    """One saved reply."""

    @api("tickets:read")
    @blueprint.arguments(SavedReplyArgs, location="query")
    @blueprint.response(200, SavedReply)
    def get(self, args: dict[str, Any], reply_id: str) -> dict[str, Any]:
        """Read a saved reply, and what it says in a ticket"""
        found = asdict(_tagged(queries.saved_reply(session(), reply_id=reply_id)))
        if args["ticket"] is not None:
            found["filled"] = queries.filled(session(), reply_id=reply_id, ticket_id=args["ticket"]).text
        return found

    @api("tickets:write")
    @blueprint.arguments(SavedReplyChange)
    @blueprint.response(200, SavedReply)
    def patch(self, values: dict[str, Any], reply_id: str) -> SavedReplyView:
        """Change a saved reply"""
        now = time.now(session())
        return _tagged(actions.update(session(), reply_id=reply_id, values=values, check=etags.check, now=now))

    @api("tickets:write")
    @blueprint.response(204)
    def delete(self, reply_id: str) -> None:
        """Delete a saved reply; what was sent with it stays sent"""
        actions.delete(session(), reply_id=reply_id, check=etags.check, now=time.now(session()))


def _tagged(found: SavedReplyView) -> SavedReplyView:
    etags.show(found.revision)
    return found
