"""/v1/invoices: what was issued, and its documents."""

from datetime import MAXYEAR, MINYEAR
from typing import Any, Final

import marshmallow as ma
from flask import Response
from flask.views import MethodView

from services.invoices.actions import archive_files
from services.invoices.api import downloads
from services.invoices.queries import archives
from services.invoices.queries import invoices as queries
from services.invoices.queries.documents import Form, Paper
from services.invoices.rules.period import LONGEST as LONGEST_PERIOD
from services.invoices.schemas.invoices import InvoicePageSchema, InvoiceSchema
from shared.money import EXPONENTS, LARGEST
from shared.web import ApiBlueprint, Schema, Str, begin, in_steps, session
from shared.web.access import api
from shared.web.downloads import attached, within_scope
from shared.web.paging import PageArgs, page

blueprint: Final = ApiBlueprint("invoices", description="Invoices, issued for payments and fixed from then on")

_AMOUNTS: Final = ma.validate.Range(0, LARGEST)


class InvoiceFilter(Schema):
    """Which of them."""

    customer = Str(load_default=None, metadata={"description": "Invoices of this customer"})
    subscription = Str(load_default=None, metadata={"description": "Invoices of this subscription"})
    number = Str(load_default=None, metadata={"description": "The invoice of this number"})
    email = Str(load_default=None, metadata={"description": "Invoices to the buyer with this e-mail address"})
    period = Str(
        load_default=None,
        validate=ma.validate.Length(max=LONGEST_PERIOD),
        metadata={"description": "Invoices of this period, written as for an archive: `2026`, `2026-05`, `2026-Q2`, …"},
    )
    year = ma.fields.Integer(
        load_default=None,
        validate=ma.validate.Range(MINYEAR, MAXYEAR - 1),
        metadata={"description": "Invoices paid in this year, UTC"},
    )
    status = Str(
        load_default=None,
        validate=ma.validate.OneOf(("paid", "open", "void", "uncollectible")),
        metadata={"description": "Invoices in this state"},
    )
    currency = Str(
        load_default=None, validate=ma.validate.OneOf(tuple(EXPONENTS)), metadata={"description": "In this currency"}
    )
    total_min = ma.fields.Integer(
        load_default=None, validate=_AMOUNTS, metadata={"description": "Totals of at least this, minor units"}
    )
    total_max = ma.fields.Integer(
        load_default=None, validate=_AMOUNTS, metadata={"description": "Totals of at most this, minor units"}
    )


class InvoiceArgs(InvoiceFilter, PageArgs):
    """Query parameters of the list."""


@blueprint.route("")
class Invoices(MethodView):
    """All of them."""

    @api("invoices:read", customers=True)
    @blueprint.arguments(InvoiceArgs, location="query")
    @blueprint.response(200, InvoicePageSchema)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List invoices, newest first."""
        asked = within_period({name: args[name] for name in InvoiceFilter().fields})
        found = page(session(), queries.listing(**asked), queries.ROW, args)
        views = queries.with_lines(session(), found.data)
        return {"data": [_shown(view) for view in views], "has_more": found.has_more}


@blueprint.route("/csv")
class InvoiceTable(MethodView):
    """All of them, for a spreadsheet."""

    @api("invoices:read", customers=True)
    @in_steps
    @blueprint.arguments(InvoiceFilter, location="query")
    @blueprint.response(200, {"type": "string"}, content_type="text/csv")
    def get(self, asked: dict[str, Any]) -> Response:
        """Download a table of invoices, newest first, without pages; amounts in whole units with a point"""
        lines = archive_files.table(begin(), asked=within_period(asked))
        return attached(within_scope(lines), name="invoices.csv", mimetype="text/csv")


@blueprint.route("/<invoice_id>")
class OneInvoice(MethodView):
    """One of them."""

    @api("invoices:read", customers=True)
    @blueprint.response(200, InvoiceSchema)
    def get(self, invoice_id: str) -> dict[str, Any]:
        """Read an invoice."""
        return _shown(queries.invoice(session(), invoice_id=invoice_id))


@blueprint.route("/<invoice_id>/pdf")
class Pdf(MethodView):
    """Its document."""

    @api("invoices:read", customers=True)
    @in_steps
    @blueprint.response(200, {"format": "binary", "type": "string"}, content_type="application/pdf")
    def get(self, invoice_id: str) -> Response:
        """Download the PDF. It is made at the first download; the same bytes come back ever after."""
        return downloads.document(Paper("invoice", invoice_id), Form.PDF)


@blueprint.route("/<invoice_id>/xml")
class Xml(MethodView):
    """Its e-invoice."""

    @api("invoices:read", customers=True)
    @in_steps
    @blueprint.response(200, {"format": "binary", "type": "string"}, content_type="application/xml")
    def get(self, invoice_id: str) -> Response:
        """Download the e-invoice: EN 16931 as CII, the XML of Factur-X and ZUGFeRD.

        409 `seller_data_incomplete` or `buyer_data_incomplete` says what is missing for it, `currency_unsupported` that
        amounts in the currency can't be said.
        """
        return downloads.document(Paper("invoice", invoice_id), Form.XML)


@blueprint.route("/<invoice_id>/ubl")
class Ubl(MethodView):
    """Its e-invoice in the other syntax."""

    @api("invoices:read", customers=True)
    @in_steps
    @blueprint.response(200, {"format": "binary", "type": "string"}, content_type="application/xml")
    def get(self, invoice_id: str) -> Response:
        """Download the e-invoice: EN 16931 as UBL 2.1. Refused as `/xml` is."""
        return downloads.document(Paper("invoice", invoice_id), Form.UBL)


@blueprint.route("/<invoice_id>/facturx")
class FacturX(MethodView):
    """Document and e-invoice in one file."""

    @api("invoices:read", customers=True)
    @in_steps
    @blueprint.response(200, {"format": "binary", "type": "string"}, content_type="application/pdf")
    def get(self, invoice_id: str) -> Response:
        """Download a PDF/A-3 with the e-invoice inside (Factur-X, ZUGFeRD). Refused as `/xml` is."""
        return downloads.document(Paper("invoice", invoice_id), Form.FACTURX)


@blueprint.route("/<invoice_id>/receipt")
class Receipt(MethodView):
    """The receipt of its payment."""

    @api("invoices:read", customers=True)
    @in_steps
    @blueprint.response(200, {"format": "binary", "type": "string"}, content_type="application/pdf")
    def get(self, invoice_id: str) -> Response:
        """Download the receipt of the payment, with what was refunded since. Made anew each time."""
        return downloads.receipt(invoice_id)


def within_period(asked: dict[str, Any]) -> dict[str, Any]:
    """The filters, with the period as the days that the seller means by it. Raises NoSuchPeriod."""
    return asked | {"period": archives.days_of(session(), asked["period"])}


def _shown(view: queries.InvoiceView) -> dict[str, Any]:
    final = view.final
    said = {name: getattr(final, name) for name in final.__dataclass_fields__ if name != "totals"}
    totals = final.totals
    return said | {
        "id": view.id,
        "mode": view.mode,
        "currency": totals.currency,
        "net": totals.net,
        "tax": totals.tax,
        "total": totals.total,
        "taxes": totals.taxes,
        "retention": view.retention,
        "pdf": f"/v1/invoices/{view.id}/pdf",
    }
