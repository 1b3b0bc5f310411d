"""/v1/customers/{id}/exports: a person's right to what is held of them."""

from typing import Any

from flask import Response
from flask.views import MethodView

from services.portal.actions import exporting
from services.portal.api.customers.blueprint import blueprint
from services.portal.api.lists import listed
from services.portal.queries import customers
from services.portal.queries import exports as queries
from services.portal.queries.exports import ExportView
from services.portal.schemas.privacy import Export, ExportPage
from shared import clock
from shared.web import caller, idempotent, session
from shared.web.access import api
from shared.web.downloads import zipped
from shared.web.fields import EmptyObject
from shared.web.paging import PageArgs


@blueprint.route("/<customer_id>/exports")
class ExportsOfCustomer(MethodView):
    """Exports of a customer's data."""

    @api("customers:read")
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, ExportPage)
    def get(self, args: dict[str, Any], customer_id: str) -> dict[str, Any]:
        """List the exports of a customer, newest first"""
        customers.profile(session(), customer_id=customer_id)
        now = clock.now()
        return listed(queries.listing(customer_id=customer_id), args, lambda row: queries.view(row, now=now))

    @api("customers:write")
    @idempotent
    @blueprint.arguments(EmptyObject)
    @blueprint.response(202, Export)
    def post(self, _given: dict[str, Any], customer_id: str) -> ExportView:
        """Have everything that is held of a customer put together; one that is under way is that one"""
        return exporting.request(session(), customer_id=customer_id, by=caller(), now=clock.now())


@blueprint.route("/<customer_id>/exports/<export_id>")
class OneExport(MethodView):
    """One export."""

    @api("customers:read")
    @blueprint.response(200, Export)
    def get(self, customer_id: str, export_id: str) -> ExportView:
        """Read how far an export is"""
        return queries.record(session(), export_id=export_id, customer_id=customer_id, now=clock.now())


@blueprint.route("/<customer_id>/exports/<export_id>/fetch")
class FetchOfExport(MethodView):
    """The archive."""

    @api("customers:write")
    @blueprint.response(200, {"format": "binary", "type": "string"}, content_type="application/zip")
    def post(self, customer_id: str, export_id: str) -> Response:
        """Fetch the archive, once, within 24 hours; then it is gone (409 `export_gone`)"""
        content = exporting.fetch(session(), export_id=export_id, customer_id=customer_id, by=caller(), now=clock.now())
        return zipped(content, name=queries.record(session(), export_id=export_id, now=clock.now()).id)
