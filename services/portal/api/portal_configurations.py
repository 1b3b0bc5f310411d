"""/v1/portal_configurations: how portals look and what they allow."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from flask.views import MethodView

from services.portal.actions import domains
from services.portal.actions import portals as actions
from services.portal.adapters import Adapters
from services.portal.api.lists import listed
from services.portal.queries import configurations as queries
from services.portal.queries import portal_texts
from services.portal.queries.configurations import ConfigurationView
from services.portal.queries.portal_texts import TextsView
from services.portal.rules.portals import styles
from services.portal.schemas.portal_styles import CssCheck, CssChecked
from services.portal.schemas.portal_texts import ReplaceableTexts, TextsArgs
from services.portal.schemas.portals import (
    NewPortalConfiguration,
    PortalConfiguration,
    PortalConfigurationArgs,
    PortalConfigurationChange,
    PortalConfigurationPage,
)
from services.portal.settings import PortalSettings
from shared import clock
from shared.portal_address import portal_address
from shared.web import ApiBlueprint, adapters, begin, etags, idempotent, in_steps, session, settings
from shared.web.access import api
from shared.web.fields import EmptyObject

blueprint = ApiBlueprint("portal_configurations", description="How portals look and what they allow")


@blueprint.route("")
class PortalConfigurations(MethodView):
    """All configurations."""

    @api("portal_configurations:read")
    @blueprint.arguments(PortalConfigurationArgs, location="query")
    @blueprint.response(200, PortalConfigurationPage)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List portal configurations, newest first; those of a kind, the active ones, the default one"""
        wanted = {name: args[name] for name in ("kind", "active", "is_default")}
        return listed(queries.listing(**wanted), args, lambda row: shown(queries.view(row)))

    @api("portal_configurations:write")
    @idempotent
    @blueprint.arguments(NewPortalConfiguration)
    @blueprint.response(201, PortalConfiguration)
    def post(self, given: dict[str, Any]) -> ConfigurationView:
        """Create a portal configuration, from a preset or from the defaults"""
        address = {name: given.pop(name) for name in ("slug", "kind", "preset") if name in given}
        made = actions.create(session(), **address, values=given, installation=our_host(), now=clock.now())
        etags.show(made.revision)
        return shown(made)


@blueprint.route("/<configuration_id>")
class OnePortalConfiguration(MethodView):
    """One configuration."""

    @api("portal_configurations:read")
    @blueprint.response(200, PortalConfiguration)
    def get(self, configuration_id: str) -> ConfigurationView:
        """Read a portal configuration"""
        found = queries.record(session(), configuration_id=configuration_id)
        etags.show(found.revision)
        return shown(found)

    @api("portal_configurations:write")
    @blueprint.arguments(PortalConfigurationChange)
    @blueprint.response(200, PortalConfiguration)
    def patch(self, values: dict[str, Any], configuration_id: str) -> ConfigurationView:
        """Change a portal configuration; what is left out stays, and it counts from the next request"""
        changed = actions.update(
            session(),
            configuration_id=configuration_id,
            values=values,
            check=etags.check,
            installation=our_host(),
            now=clock.now(),
        )
        etags.show(changed.revision)
        return shown(changed)


@blueprint.route("/<configuration_id>/verify_domain")
class ProofOfDomain(MethodView):
    """Whether the host of its own is the vendor's."""

    @api("portal_configurations:write")
    @in_steps
    @blueprint.arguments(EmptyObject)
    @blueprint.response(200, PortalConfiguration)
    def post(self, _values: dict[str, Any], configuration_id: str) -> ConfigurationView:
        """Look for the TXT record that proves `domain.host`; once found, the portal is at its own address"""
        proven = domains.verify(begin(), adapters(Adapters).dns, configuration_id=configuration_id, now=clock.now())
        etags.show(proven.revision)
        return shown(proven)


@blueprint.route("/<configuration_id>/check_css")
class CheckOfCss(MethodView):
    """Style rules of the vendor's own, before they are saved."""

    @api("portal_configurations:read")
    @blueprint.arguments(CssCheck)
    @blueprint.response(200, CssChecked)
    def post(self, given: dict[str, Any], configuration_id: str) -> dict[str, Any]:
        """Look at style rules without saving them: what would be kept, and why the rest would not"""
        queries.record(session(), configuration_id=configuration_id)
        sheet = styles.decide(given["css"])
        return {"css": sheet.clean, "rules": sheet.verdicts}


@blueprint.route("/<configuration_id>/texts")
class TextsOfPortal(MethodView):
    """What a portal says, and in whose words."""

    @api("portal_configurations:read")
    @blueprint.arguments(TextsArgs, location="query")
    @blueprint.response(200, ReplaceableTexts)
    def get(self, args: dict[str, Any], configuration_id: str) -> TextsView:
        """List the texts of a language that `texts` may replace, by key, with yours"""
        return portal_texts.replaceable(
            session(), configuration_id=configuration_id, language=args["locale"], beginning=args["beginning"]
        )


def our_host() -> str | None:
    """The host that everybody's portals are at."""
    return urlsplit(settings(PortalSettings).public_url).hostname


def shown(found: ConfigurationView) -> ConfigurationView:
    """With the address of its sign-in page."""
    at = found.domain if found.domain["verified"] else {}
    home = portal_address(
        settings(PortalSettings).public_url, slug=found.slug, host=at.get("host"), path=at.get("path")
    )
    return replace(found, login_page={**found.login_page, "url": f"{home}/sign-in"})
