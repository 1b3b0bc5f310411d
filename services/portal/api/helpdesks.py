"""/v1/helpdesks: where tickets go."""

from typing import Any

from flask.views import MethodView

from services.portal.actions.support import helpdesks as actions
from services.portal.api.lists import listed
from services.portal.queries import helpdesks as queries
from services.portal.queries import time
from services.portal.queries.helpdesks import HelpdeskView
from services.portal.schemas.support import Helpdesk, HelpdeskChange, HelpdeskPage, NewHelpdesk
from shared.web import ApiBlueprint, etags, idempotent, session
from shared.web.access import api
from shared.web.paging import PageArgs

blueprint = ApiBlueprint("helpdesks", description="Where tickets go")


@blueprint.route("")
class Helpdesks(MethodView):
    """All helpdesks."""

    @api("helpdesks:read")
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, HelpdeskPage)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List helpdesks, newest first"""
        return listed(queries.listing(), args, queries.view)

    @api("helpdesks:write")
    @idempotent
    @blueprint.arguments(NewHelpdesk)
    @blueprint.response(201, Helpdesk)
    def post(self, given: dict[str, Any]) -> HelpdeskView:
        """Make a helpdesk"""
        made = actions.create(session(), **given, now=time.now(session()))
        etags.show(made.revision)
        return made


@blueprint.route("/<helpdesk_id>")
class OneHelpdesk(MethodView):
    """One helpdesk."""

    @api("helpdesks:read")
    @blueprint.response(200, Helpdesk)
    def get(self, helpdesk_id: str) -> HelpdeskView:
        """Read a helpdesk"""
        found = queries.helpdesk(session(), helpdesk_id=helpdesk_id)
        etags.show(found.revision)
        return found

    @api("helpdesks:write")
    @blueprint.arguments(HelpdeskChange)
    @blueprint.response(200, Helpdesk)
    def patch(self, values: dict[str, Any], helpdesk_id: str) -> HelpdeskView:
        """Change a helpdesk, put it away or take it back; one in use stays"""
        changed = actions.update(
            session(), helpdesk_id=helpdesk_id, values=values, check=etags.check, now=time.now(session())
        )
        etags.show(changed.revision)
        return changed

    @api("helpdesks:write")
    @blueprint.response(204)
    def delete(self, helpdesk_id: str) -> None:
        """Delete a helpdesk that nothing hangs on"""
        actions.delete(session(), helpdesk_id=helpdesk_id, check=etags.check, now=time.now(session()))
