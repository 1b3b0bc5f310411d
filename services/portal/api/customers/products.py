"""/v1/customers/{id}/products and /license_keys: what a customer can get at."""

from dataclasses import replace
from typing import Any

from flask.views import MethodView

from services.portal.actions import license_keys
from services.portal.api.customers.blueprint import blueprint
from services.portal.queries import access, portals, time
from services.portal.schemas.access import AccessArgs, LicenseKey, NewLicenseKey, ProductAccessList
from shared.web import caller, session
from shared.web.access import api


@blueprint.route("/<customer_id>/products")
class CustomerProducts(MethodView):
    """What a customer can get at."""

    @api("customers:read")
    @blueprint.arguments(AccessArgs, location="query")
    @blueprint.response(200, ProductAccessList)
    def get(self, args: dict[str, Any], customer_id: str) -> dict[str, Any]:
        """List the products that a customer has, with links and license keys, as a portal shows them"""
        chosen = args["portal_configuration"]
        portal = portals.default(session()) if chosen is None else portals.by_id(session(), configuration_id=chosen)
        found = access.of_customer(
            session(),
            customer_id=customer_id,
            portal=portal,
            by=replace(caller(), kind="customer"),
            now=time.now(session()),
        )
        return {"data": list(found), "has_more": False}


@blueprint.route("/<customer_id>/license_keys/<purchase_id>")
class PurchaseLicenseKey(MethodView):
    """The license key of one purchase."""

    @api("customers:write")
    @blueprint.arguments(NewLicenseKey)
    @blueprint.response(200, LicenseKey)
    def put(self, given: dict[str, Any], customer_id: str, purchase_id: str) -> dict[str, Any]:
        """Keep the license key of a subscription or payment of this customer"""
        kept = license_keys.keep(
            session(),
            customer_id=customer_id,
            purchase_id=purchase_id,
            license_key=given["license_key"],
            now=time.now(session()),
        )
        return {"purchase": purchase_id, "license_key": kept}
