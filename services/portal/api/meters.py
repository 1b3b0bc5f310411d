"""/v1/meters: what is counted of what customers use."""

from typing import Any

from flask.views import MethodView

from services.portal.actions import usage as actions
from services.portal.api.lists import listed
from services.portal.queries import usage as queries
from services.portal.queries.usage import MeterView
from services.portal.schemas.usage import Meter, MeterChange, MeterPage, NewMeter
from shared import clock
from shared.web import ApiBlueprint, etags, idempotent, session
from shared.web.access import api
from shared.web.paging import PageArgs

blueprint = ApiBlueprint("meters", description="What is counted of what customers use; plans show them")


@blueprint.route("")
class Meters(MethodView):
    """All meters."""

    @api("meters:read")
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, MeterPage)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List meters, newest first"""
        return listed(queries.meters(), args, queries.meter_view)

    @api("meters:write")
    @idempotent
    @blueprint.arguments(NewMeter)
    @blueprint.response(201, Meter)
    def post(self, given: dict[str, Any]) -> MeterView:
        """Create a meter"""
        made = actions.create_meter(session(), **given, now=clock.now())
        etags.show(made.revision)
        return made


@blueprint.route("/<meter_id>")
class OneMeter(MethodView):
    """One meter."""

    @api("meters:read")
    @blueprint.response(200, Meter)
    def get(self, meter_id: str) -> MeterView:
        """Read a meter"""
        found = queries.meter(session(), meter_id=meter_id)
        etags.show(found.revision)
        return found

    @api("meters:write")
    @blueprint.arguments(MeterChange)
    @blueprint.response(200, Meter)
    def patch(self, values: dict[str, Any], meter_id: str) -> MeterView:
        """Change what a meter is called, put it away or bring it back"""
        changed = actions.update_meter(session(), meter_id=meter_id, values=values, check=etags.check, now=clock.now())
        etags.show(changed.revision)
        return changed
