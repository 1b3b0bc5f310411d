"""/v1/suppressions: addresses that mails stay away from; a vendor's own mail provider may report its bounces here."""

from typing import Any, Final

from flask.views import MethodView

from services.notifications.actions import suppressions as actions
from services.notifications.queries import suppressions as queries
from services.notifications.queries.suppressions import SuppressionView
from services.notifications.schemas.suppressions import (
    NewSuppressionSchema,
    SuppressionArgs,
    SuppressionPageSchema,
    SuppressionSchema,
)
from shared import clock
from shared.web import ApiBlueprint, idempotent, session
from shared.web.access import api
from shared.web.paging import page

blueprint: Final = ApiBlueprint("suppressions", description="Addresses that mails stay away from")


@blueprint.route("")
class Suppressions(MethodView):
    """All of them."""

    @api("suppressions:read")
    @blueprint.arguments(SuppressionArgs, location="query")
    @blueprint.response(200, SuppressionPageSchema)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List suppressed addresses, newest first."""
        found = page(session(), queries.listing(address=args["address"], reason=args["reason"]), queries.ROW, args)
        return {"data": [queries.view(row) for row in found.data], "has_more": found.has_more}

    @api("suppressions:write")
    @idempotent
    @blueprint.arguments(NewSuppressionSchema)
    @blueprint.response(201, SuppressionSchema)
    def post(self, given: dict[str, Any]) -> SuppressionView:
        """Suppress an address: mails stay away from it, as far as the reason goes.

        There is one suppression an address: one that is there already is answered, and keeps the stronger reason
        (`manual` before `complaint` before `bounce`).
        """
        return actions.add(session(), **given, now=clock.now())


@blueprint.route("/<suppression_id>")
class OneSuppression(MethodView):
    """One of them."""

    @api("suppressions:read")
    @blueprint.response(200, SuppressionSchema)
    def get(self, suppression_id: str) -> SuppressionView:
        """Read a suppressed address."""
        return queries.get(session(), suppression_id=suppression_id)

    @api("suppressions:write")
    @blueprint.response(204)
    def delete(self, suppression_id: str) -> None:
        """Write to the address again, beginning with the next mail."""
        actions.lift(session(), suppression_id=suppression_id)
