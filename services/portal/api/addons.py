"""/v1/addons: what subscribers may have besides their plan."""

from typing import Any

from flask.views import MethodView

from services.portal.actions import addons as actions
from services.portal.api.lists import listed
from services.portal.queries import addons as queries
from services.portal.queries import products
from services.portal.queries.addons import AddonView
from services.portal.schemas.addons import Addon, AddonArgs, AddonChange, AddonPage, NewAddon
from shared import clock
from shared.money import Money
from shared.web import ApiBlueprint, etags, idempotent, session
from shared.web.access import api

blueprint = ApiBlueprint("addons", description="What subscribers may have besides their plan, charged with it")


@blueprint.route("")
class Addons(MethodView):
    """All add-ons."""

    @api("addons:read")
    @blueprint.arguments(AddonArgs, location="query")
    @blueprint.response(200, AddonPage)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List add-ons, newest first; those of a product"""
        if args["product"] is not None:
            products.product(session(), product_id=args["product"])
        return listed(queries.addons(product=args["product"]), args, queries.addon_view)

    @api("addons:write")
    @idempotent
    @blueprint.arguments(NewAddon)
    @blueprint.response(201, Addon)
    def post(self, given: dict[str, Any]) -> AddonView:
        """Create an add-on"""
        price = Money(given.pop("unit_amount"), given.pop("currency"))
        made = actions.create(session(), **given, price=price, now=clock.now())
        etags.show(made.revision)
        return made


@blueprint.route("/<addon_id>")
class OneAddon(MethodView):
    """One add-on."""

    @api("addons:read")
    @blueprint.response(200, Addon)
    def get(self, addon_id: str) -> AddonView:
        """Read an add-on"""
        found = queries.addon(session(), addon_id=addon_id)
        etags.show(found.revision)
        return found

    @api("addons:write")
    @blueprint.arguments(AddonChange)
    @blueprint.response(200, Addon)
    def patch(self, values: dict[str, Any], addon_id: str) -> AddonView:
        """Change what is offered from now on; subscriptions that have it keep what they agreed to"""
        changed = actions.update(session(), addon_id=addon_id, values=values, check=etags.check, now=clock.now())
        etags.show(changed.revision)
        return changed
