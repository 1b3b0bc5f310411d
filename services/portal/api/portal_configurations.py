"""/v1/portal_configurations: how portals look and what they allow."""

from typing import Any

from flask.views import MethodView

from services.portal.actions import portals as actions
from services.portal.api.lists import listed
from services.portal.queries import portals as queries
from services.portal.queries.portals import ConfigurationView
from services.portal.schemas.portals import (
    NewPortalConfiguration,
    PortalConfiguration,
    PortalConfigurationChange,
    PortalConfigurationPage,
)
from shared import clock
from shared.web import ApiBlueprint, etags, idempotent, session
from shared.web.access import api
from shared.web.paging import PageArgs

blueprint = ApiBlueprint("portal_configurations", description="How portals look and what they allow")


@blueprint.route("")
class PortalConfigurations(MethodView):
    """All configurations."""

    @api("portal_configurations:read")
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, PortalConfigurationPage)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List portal configurations, newest first"""
        return listed(queries.listing(), args, queries.configuration_view)

    @api("portal_configurations:write")
    @idempotent
    @blueprint.arguments(NewPortalConfiguration)
    @blueprint.response(201, PortalConfiguration)
    def post(self, given: dict[str, Any]) -> ConfigurationView:
        """Create a portal configuration, from a preset or from the defaults"""
        address = {name: given.pop(name) for name in ("slug", "kind", "preset") if name in given}
        made = actions.create(session(), **address, values=given, now=clock.now())
        etags.show(made.revision)
        return made


@blueprint.route("/<configuration_id>")
class OnePortalConfiguration(MethodView):
    """One configuration."""

    @api("portal_configurations:read")
    @blueprint.response(200, PortalConfiguration)
    def get(self, configuration_id: str) -> ConfigurationView:
        """Read a portal configuration"""
        found = queries.record(session(), configuration_id=configuration_id)
        etags.show(found.revision)
        return found

    @api("portal_configurations:write")
    @blueprint.arguments(PortalConfigurationChange)
    @blueprint.response(200, PortalConfiguration)
    def patch(self, values: dict[str, Any], configuration_id: str) -> ConfigurationView:
        """Change a portal configuration; what is left out stays, and it counts from the next request"""
        changed = actions.update(
            session(), configuration_id=configuration_id, values=values, check=etags.check, now=clock.now()
        )
        etags.show(changed.revision)
        return changed
