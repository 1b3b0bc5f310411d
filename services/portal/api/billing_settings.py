"""/v1/billing_settings: the vendor's time zone, retries and notices, and who bills."""

from typing import Any

from flask.views import MethodView

from services.portal.actions.operations import billing_settings as actions
from services.portal.adapters import Adapters
from services.portal.queries import billing as queries
from services.portal.queries import time
from services.portal.queries.billing import SettingsView
from services.portal.schemas.billing import BillingSettings, BillingSettingsChange
from shared.web import ApiBlueprint, adapters, etags, session
from shared.web.access import api

blueprint = ApiBlueprint("billing_settings", description="Time zone, retries and notices")


@blueprint.route("")
class Settings(MethodView):
    """Those of the key's vendor and mode."""

    @api("billing_settings:read")
    @blueprint.response(200, BillingSettings)
    def get(self) -> SettingsView:
        """Read how the vendor bills"""
        found = queries.record(session())
        etags.show(found.revision)
        return found

    @api("billing_settings:write")
    @blueprint.arguments(BillingSettingsChange)
    @blueprint.response(200, BillingSettings)
    def patch(self, values: dict[str, Any]) -> SettingsView:
        """Change how the vendor bills; what is left out stays"""
        changed = actions.update(
            session(),
            values=values,
            sources=adapters(Adapters).processors.sources,
            check=etags.check,
            now=time.now(session()),
        )
        etags.show(changed.revision)
        return changed
