"""/v1/plan_groups: plans that subscribers move among."""

from typing import Any

from flask.views import MethodView

from services.portal.actions import plan_groups as actions
from services.portal.api.lists import listed
from services.portal.queries import coupons as queries
from services.portal.queries import time
from services.portal.queries.coupons import PlanGroupView
from services.portal.schemas.coupons import NewPlanGroup, PlanGroup, PlanGroupChange, PlanGroupPage
from shared.web import ApiBlueprint, etags, idempotent, session
from shared.web.access import api
from shared.web.paging import PageArgs

blueprint = ApiBlueprint("plan_groups", description="Plans that subscribers may move among")


@blueprint.route("")
class PlanGroups(MethodView):
    """All plan groups."""

    @api("plan_groups:read")
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, PlanGroupPage)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List plan groups, newest first"""
        return listed(queries.plan_groups(), args, queries.plan_group_view)

    @api("plan_groups:write")
    @idempotent
    @blueprint.arguments(NewPlanGroup)
    @blueprint.response(201, PlanGroup)
    def post(self, given: dict[str, Any]) -> PlanGroupView:
        """Create a plan group; plans join it by their own `plan_group`"""
        made = actions.create(session(), **given, now=time.now(session()))
        etags.show(made.revision)
        return made


@blueprint.route("/<group_id>")
class OnePlanGroup(MethodView):
    """One plan group."""

    @api("plan_groups:read")
    @blueprint.response(200, PlanGroup)
    def get(self, group_id: str) -> PlanGroupView:
        """Read a plan group"""
        found = queries.plan_group(session(), group_id=group_id)
        etags.show(found.revision)
        return found

    @api("plan_groups:write")
    @blueprint.arguments(PlanGroupChange)
    @blueprint.response(200, PlanGroup)
    def patch(self, values: dict[str, Any], group_id: str) -> PlanGroupView:
        """Change a plan group's name or its exceptions, or put it away"""
        changed = actions.update(
            session(), group_id=group_id, values=values, check=etags.check, now=time.now(session())
        )
        etags.show(changed.revision)
        return changed
