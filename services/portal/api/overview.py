"""/v1/overview: how the vendor's business stands."""

from flask.views import MethodView

from services.portal.queries import time, vendor_overview
from services.portal.queries.vendor_overview import BusinessView
from services.portal.schemas.overview import Overview
from shared.web import ApiBlueprint, session
from shared.web.access import api

blueprint = ApiBlueprint("overview", description="How the business stands")


@blueprint.route("")
class Business(MethodView):
    """That of the key's vendor and mode."""

    @api("subscriptions:read")
    @blueprint.response(200, Overview)
    def get(self) -> BusinessView:
        """Read recurring revenue, subscriptions, cancels with their reasons, and what waits"""
        return vendor_overview.business(session(), now=time.now(session()))
