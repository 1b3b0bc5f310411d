"""/v1/products: what is sold."""

from typing import Any

from flask.views import MethodView

from services.portal.actions import products as actions
from services.portal.api.lists import listed
from services.portal.queries import products as queries
from services.portal.queries.products import ProductView
from services.portal.schemas.products import NewProduct, Product, ProductArgs, ProductChange, ProductPage
from shared import clock
from shared.web import ApiBlueprint, etags, idempotent, session
from shared.web.access import api

blueprint = ApiBlueprint("products", description="What customers can buy")


@blueprint.route("")
class Products(MethodView):
    """All products."""

    @api("products:read")
    @blueprint.arguments(ProductArgs, location="query")
    @blueprint.response(200, ProductPage)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List products, newest first"""
        if args["campaign"] is not None:
            queries.campaign(session(), campaign_id=args["campaign"])
        return listed(queries.products(campaign_id=args["campaign"]), args, queries.product_view)

    @api("products:write")
    @idempotent
    @blueprint.arguments(NewProduct)
    @blueprint.response(201, Product)
    def post(self, given: dict[str, Any]) -> ProductView:
        """Create a product"""
        made = actions.create_product(session(), **given, now=clock.now())
        etags.show(made.revision)
        return made


@blueprint.route("/<product_id>")
class OneProduct(MethodView):
    """One product."""

    @api("products:read")
    @blueprint.response(200, Product)
    def get(self, product_id: str) -> ProductView:
        """Read a product"""
        found = queries.product(session(), product_id=product_id)
        etags.show(found.revision)
        return found

    @api("products:write")
    @blueprint.arguments(ProductChange)
    @blueprint.response(200, Product)
    def patch(self, values: dict[str, Any], product_id: str) -> ProductView:
        """Change a product; running subscriptions keep the tax they were agreed at"""
        changed = actions.update_product(
            session(), product_id=product_id, values=values, check=etags.check, now=clock.now()
        )
        etags.show(changed.revision)
        return changed
