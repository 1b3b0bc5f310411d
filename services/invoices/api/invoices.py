"""/v1/invoices: what was issued, and its PDF."""

import re
from datetime import MAXYEAR, MINYEAR
from typing import Any, Final

import marshmallow as ma
from flask import Response, request
from flask.views import MethodView

from services.invoices.actions import documents
from services.invoices.adapters import Adapters
from services.invoices.queries import documents as stored_documents
from services.invoices.queries import invoices as queries
from services.invoices.queries.documents import DocumentView
from services.invoices.schemas.invoices import InvoicePageSchema, InvoiceSchema
from shared import clock, i18n
from shared.web import ApiBlueprint, Str, adapters, begin, in_steps, session
from shared.web.access import api
from shared.web.paging import PageArgs, page

blueprint: Final = ApiBlueprint("invoices", description="Invoices, issued for payments and fixed from then on")

_UNSAFE_IN_A_FILE_NAME: Final = re.compile(r"[^A-Za-z0-9._-]+")


class InvoiceArgs(PageArgs):
    """Query parameters of the list."""

    customer = Str(load_default=None, metadata={"description": "Invoices of this customer"})
    subscription = Str(load_default=None, metadata={"description": "Invoices of this subscription"})
    number = Str(load_default=None, metadata={"description": "The invoice of this number"})
    year = ma.fields.Integer(
        load_default=None,
        validate=ma.validate.Range(MINYEAR, MAXYEAR - 1),
        metadata={"description": "Invoices paid in this year, UTC"},
    )


@blueprint.route("")
class Invoices(MethodView):
    """All of them."""

    @api("invoices:read", customers=True)
    @blueprint.arguments(InvoiceArgs, location="query")
    @blueprint.response(200, InvoicePageSchema)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List invoices, newest first."""
        asked = {name: args[name] for name in ("customer", "subscription", "number", "year")}
        found = page(session(), queries.listing(**asked), queries.ROW, args)
        views = queries.with_lines(session(), found.data)
        return {"data": [_shown(view) for view in views], "has_more": found.has_more}


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
        stored = stored_documents.pdf(session(), invoice_id=invoice_id)
        if stored is not None:
            return _download(documents.intact(stored, invoice_id=invoice_id))
        typesetter = adapters(Adapters).typesetter
        return _download(documents.pdf(begin(), invoice_id=invoice_id, typesetter=typesetter, now=clock.now()))


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
        "pdf": f"/v1/invoices/{view.id}/pdf",
    }


def _download(document: DocumentView) -> Response:
    language = i18n.negotiate(document.locale, i18n.LANGUAGES, i18n.DEFAULT)
    name = i18n.text("invoices.document.file_name", language, number=document.number)
    safe = _UNSAFE_IN_A_FILE_NAME.sub("-", name).strip("-.") or "invoice"
    answer = Response(document.content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{safe}.pdf"'
    answer.headers["Cache-Control"] = "private, no-cache"  # kept by nobody else, and asked about each time
    answer.set_etag(document.sha256)
    answer.make_conditional(request)
    return answer
