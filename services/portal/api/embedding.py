"""/v1/portal_configurations, looked at from a page that should show one."""

from typing import Any

from flask.views import MethodView

from services.portal.api.portal_files import blueprint
from services.portal.queries import embedding
from services.portal.schemas.embedding import EmbedCheck, EmbedReport
from services.portal.settings import PortalSettings
from shared.origins import origin_of
from shared.web import session, settings
from shared.web.access import api

__all__ = ["blueprint"]


@blueprint.route("/<configuration_id>/check_embed")
class CheckOfEmbed(MethodView):
    """Why a page does not show it."""

    @api("portal_configurations:read")
    @blueprint.arguments(EmbedCheck)
    @blueprint.response(200, EmbedReport)
    def post(self, given: dict[str, Any], configuration_id: str) -> dict[str, Any]:
        """Look at a page's address, and its policy, without asking it: what keeps the portal from showing there"""
        url = settings(PortalSettings).public_url
        found = embedding.check(session(), configuration_id=configuration_id, ours=origin_of(url) or url, **given)
        return {
            "works": found.report.works,
            "origin": found.report.origin,
            "steps": found.report.steps,
            "frame_ancestors": found.report.ancestors,
            "needed_policy": found.report.policy,
            "seen": found.seen,
        }
