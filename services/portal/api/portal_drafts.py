"""/v1/portal_configurations, what waits and what was: drafts, publishing, versions, going back."""

from dataclasses import replace
from typing import Any

from flask.views import MethodView

from services.portal.actions import portal_drafts as actions
from services.portal.actions.portal_drafts import DraftView
from services.portal.api.lists import listed
from services.portal.api.portal_configurations import blueprint, our_host, shown
from services.portal.queries import configurations, portal_versions
from services.portal.queries.configurations import ConfigurationView
from services.portal.queries.portal_versions import VersionView
from services.portal.schemas.portal_drafts import (
    DraftChange,
    PortalDraft,
    PortalVersionPage,
    Rollback,
    WholePortalVersion,
)
from services.portal.schemas.portals import PortalConfiguration
from shared import clock
from shared.web import etags, session
from shared.web.access import api
from shared.web.fields import EmptyObject
from shared.web.paging import PageArgs

__all__ = ["blueprint"]


@blueprint.route("/<configuration_id>/draft")
class Draft(MethodView):
    """What waits to be published."""

    @api("portal_configurations:read")
    @blueprint.response(200, PortalDraft)
    def get(self, configuration_id: str) -> DraftView:
        """Read a portal as its draft has it, and what publishing would change"""
        return drafted(actions.look(session(), configuration_id=configuration_id))

    @api("portal_configurations:write")
    @blueprint.arguments(DraftChange)
    @blueprint.response(200, PortalDraft)
    def patch(self, values: dict[str, Any], configuration_id: str) -> DraftView:
        """Change the draft; nobody sees it before it is published"""
        saved = actions.save(
            session(), configuration_id=configuration_id, values=values, installation=our_host(), now=clock.now()
        )
        return drafted(saved)

    @api("portal_configurations:write")
    @blueprint.response(204)
    def delete(self, configuration_id: str) -> None:
        """Throw the draft away"""
        actions.discard(session(), configuration_id=configuration_id)


@blueprint.route("/<configuration_id>/publish")
class Publishing(MethodView):
    """Publishing the draft."""

    @api("portal_configurations:write")
    @blueprint.arguments(EmptyObject)
    @blueprint.response(200, PortalConfiguration)
    def post(self, _values: dict[str, Any], configuration_id: str) -> ConfigurationView:
        """Publish the draft: it counts from the next request, and is kept as a version"""
        published = actions.publish(
            session(),
            configuration_id=configuration_id,
            check=etags.check,
            installation=our_host(),
            now=clock.now(),
        )
        etags.show(published.revision)
        return shown(published)


@blueprint.route("/<configuration_id>/versions")
class Versions(MethodView):
    """What was published."""

    @api("portal_configurations:read")
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, PortalVersionPage)
    def get(self, args: dict[str, Any], configuration_id: str) -> dict[str, Any]:
        """List the versions of a portal that were published, newest first"""
        configurations.record(session(), configuration_id=configuration_id)
        return listed(portal_versions.listing(configuration_id=configuration_id), args, portal_versions.view)


@blueprint.route("/<configuration_id>/versions/<version_id>")
class OneVersion(MethodView):
    """One of them."""

    @api("portal_configurations:read")
    @blueprint.response(200, WholePortalVersion)
    def get(self, configuration_id: str, version_id: str) -> VersionView:
        """Read all that a version said"""
        return portal_versions.version(session(), configuration_id=configuration_id, version_id=version_id)


@blueprint.route("/<configuration_id>/rollback")
class GoingBack(MethodView):
    """Publishing an older version anew."""

    @api("portal_configurations:write")
    @blueprint.arguments(Rollback)
    @blueprint.response(200, PortalConfiguration)
    def post(self, given: dict[str, Any], configuration_id: str) -> ConfigurationView:
        """Publish an older version anew; its own host stays what it is by now"""
        published = actions.roll_back(
            session(),
            configuration_id=configuration_id,
            version_id=given["version"],
            check=etags.check,
            now=clock.now(),
        )
        etags.show(published.revision)
        return shown(published)


def drafted(found: DraftView) -> DraftView:
    """With the address of its sign-in page."""
    return replace(found, configuration=shown(found.configuration))
