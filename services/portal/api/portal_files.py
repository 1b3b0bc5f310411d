"""/v1/portal_configurations as files: what is published, to be kept elsewhere, and a file as a draft."""

from typing import Any

from flask import Response
from flask.views import MethodView

from services.portal.actions import portal_files as actions
from services.portal.actions.portal_drafts import DraftView
from services.portal.api.portal_configurations import our_host
from services.portal.api.portal_drafts import blueprint, drafted
from services.portal.queries import configurations
from services.portal.schemas.portal_drafts import PortalDraft
from services.portal.schemas.portal_files import PortalFile
from shared import clock
from shared.web import session
from shared.web.access import api
from shared.web.downloads import attached

__all__ = ["blueprint"]


@blueprint.route("/<configuration_id>/export")
class Export(MethodView):
    """What is published, as a file."""

    @api("portal_configurations:read")
    @blueprint.response(200, {"type": "string"}, content_type="application/yaml")
    def get(self, configuration_id: str) -> Response:
        """Download a portal as YAML: what a draft may change, with names for ids, so that it fits test and live mode"""
        file = actions.export(session(), configuration_id=configuration_id)
        slug = configurations.row(session(), configuration_id=configuration_id).slug
        return attached(file.encode(), name=f"{slug}.yaml", mimetype="application/yaml")


@blueprint.route("/<configuration_id>/import")
class Import(MethodView):
    """A file as a draft."""

    @api("portal_configurations:write")
    @blueprint.arguments(PortalFile)
    @blueprint.response(200, PortalDraft)
    def post(self, given: dict[str, Any], configuration_id: str) -> DraftView:
        """Take a file as the portal's draft, all of it or nothing; with `dry_run` only say what would differ"""
        found = actions.bring(
            session(),
            configuration_id=configuration_id,
            file=given["file"],
            is_kept=not given["dry_run"],
            installation=our_host(),
            now=clock.now(),
        )
        return drafted(found)
