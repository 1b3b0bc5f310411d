"""/v1/campaigns: groups of products."""

from typing import Any

from flask.views import MethodView

from services.portal.actions import products as actions
from services.portal.api.lists import listed
from services.portal.queries import products as queries
from services.portal.queries.products import CampaignView
from services.portal.schemas.products import Campaign, CampaignChange, CampaignPage, NewCampaign
from shared import clock
from shared.web import ApiBlueprint, etags, idempotent, session
from shared.web.access import api
from shared.web.paging import PageArgs

blueprint = ApiBlueprint("campaigns", description="Groups of products that a portal may be limited to")


@blueprint.route("")
class Campaigns(MethodView):
    """All campaigns."""

    @api("campaigns:read")
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, CampaignPage)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List campaigns, newest first"""
        return listed(queries.campaigns(), args, queries.campaign_view)

    @api("campaigns:write")
    @idempotent
    @blueprint.arguments(NewCampaign)
    @blueprint.response(201, Campaign)
    def post(self, given: dict[str, Any]) -> CampaignView:
        """Create a campaign"""
        made = actions.create_campaign(session(), **given, now=clock.now())
        etags.show(made.revision)
        return made


@blueprint.route("/<campaign_id>")
class OneCampaign(MethodView):
    """One campaign."""

    @api("campaigns:read")
    @blueprint.response(200, Campaign)
    def get(self, campaign_id: str) -> CampaignView:
        """Read a campaign"""
        found = queries.campaign(session(), campaign_id=campaign_id)
        etags.show(found.revision)
        return found

    @api("campaigns:write")
    @blueprint.arguments(CampaignChange)
    @blueprint.response(200, Campaign)
    def patch(self, values: dict[str, Any], campaign_id: str) -> CampaignView:
        """Change a campaign"""
        changed = actions.update_campaign(
            session(), campaign_id=campaign_id, values=values, check=etags.check, now=clock.now()
        )
        etags.show(changed.revision)
        return changed
