"""Looking ahead at any action."""

from typing import Any

from flask.views import MethodView

from services.portal.actions.subscriptions import previews
from services.portal.actions.subscriptions.preview import Preview
from services.portal.adapters import Adapters
from services.portal.api.subscriptions.blueprint import blueprint
from services.portal.queries import time
from services.portal.schemas.previews import Preview as PreviewOut
from services.portal.schemas.previews import PreviewRequest
from shared.web import adapters, caller, session
from shared.web.access import api


@blueprint.route("/<subscription_id>/preview")
class PreviewOfSubscription(MethodView):
    """What an action would do."""

    @api("subscriptions:read")
    @blueprint.arguments(PreviewRequest)
    @blueprint.response(200, PreviewOut)
    def post(self, given: dict[str, Any], subscription_id: str) -> Preview:
        """Look ahead at an action: lines, dates, totals; nothing happens"""
        action = given.pop("action")
        return previews.preview(
            session(),
            subscription_id=subscription_id,
            action=action,
            given=given,
            by=time.seen_by(session(), caller()),
            sources=adapters(Adapters).processors.sources,
            now=time.now(session()),
        )
