"""/v1/credit_notes: what was given back of invoices, and its documents."""

from typing import Any, Final

import marshmallow as ma
from flask import Response
from flask.views import MethodView

from services.invoices.api import downloads
from services.invoices.queries import archives
from services.invoices.queries import credit_notes as queries
from services.invoices.queries.credit_notes import CreditNoteView
from services.invoices.queries.documents import Form, Paper
from services.invoices.rules.period import LONGEST as LONGEST_PERIOD
from services.invoices.schemas.credit_notes import CreditNotePageSchema, CreditNoteSchema
from shared.web import ApiBlueprint, Str, in_steps, session
from shared.web.access import api
from shared.web.paging import PageArgs, page

blueprint: Final = ApiBlueprint("credit_notes", description="Credit notes, issued for refunds and fixed from then on")


class CreditNoteArgs(PageArgs):
    """Query parameters of the list."""

    customer = Str(load_default=None, metadata={"description": "Credit notes of this customer"})
    invoice = Str(load_default=None, metadata={"description": "Credit notes to this invoice"})
    refund = Str(load_default=None, metadata={"description": "The credit note of this refund"})
    number = Str(load_default=None, metadata={"description": "The credit note of this number"})
    email = Str(load_default=None, metadata={"description": "Credit notes to the buyer with this e-mail address"})
    period = Str(
        load_default=None,
        validate=ma.validate.Length(max=LONGEST_PERIOD),
        metadata={"description": "Credit notes of this period, written as for an archive: `2026`, `2026-05`, …"},
    )


@blueprint.route("")
class CreditNotes(MethodView):
    """All of them."""

    @api("invoices:read", customers=True)
    @blueprint.arguments(CreditNoteArgs, location="query")
    @blueprint.response(200, CreditNotePageSchema)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List credit notes, newest first."""
        asked = {name: args[name] for name in ("customer", "invoice", "refund", "number", "email")}
        asked["period"] = archives.days_of(session(), args["period"])
        found = page(session(), queries.listing(**asked), queries.ROW, args)
        return {
            "data": [_shown(view) for view in queries.views(session(), found.data)],
            "has_more": found.has_more,
        }


@blueprint.route("/<credit_note_id>")
class OneCreditNote(MethodView):
    """One of them."""

    @api("invoices:read", customers=True)
    @blueprint.response(200, CreditNoteSchema)
    def get(self, credit_note_id: str) -> dict[str, Any]:
        """Read a credit note."""
        return _shown(queries.credit_note(session(), credit_note_id=credit_note_id))


@blueprint.route("/<credit_note_id>/pdf")
class CreditNotePdf(MethodView):
    """Its document."""

    @api("invoices:read", customers=True)
    @in_steps
    @blueprint.response(200, {"format": "binary", "type": "string"}, content_type="application/pdf")
    def get(self, credit_note_id: str) -> Response:
        """Download the PDF. It is made at the first download; the same bytes come back ever after."""
        return downloads.document(Paper("credit_note", credit_note_id), Form.PDF)


@blueprint.route("/<credit_note_id>/xml")
class CreditNoteXml(MethodView):
    """Its e-invoice."""

    @api("invoices:read", customers=True)
    @in_steps
    @blueprint.response(200, {"format": "binary", "type": "string"}, content_type="application/xml")
    def get(self, credit_note_id: str) -> Response:
        """Download the credit note of EN 16931 as CII, the XML of Factur-X and ZUGFeRD. Refused as an invoice's."""
        return downloads.document(Paper("credit_note", credit_note_id), Form.XML)


@blueprint.route("/<credit_note_id>/ubl")
class CreditNoteUbl(MethodView):
    """Its e-invoice in the other syntax."""

    @api("invoices:read", customers=True)
    @in_steps
    @blueprint.response(200, {"format": "binary", "type": "string"}, content_type="application/xml")
    def get(self, credit_note_id: str) -> Response:
        """Download the credit note of EN 16931 as UBL 2.1. Refused as an invoice's."""
        return downloads.document(Paper("credit_note", credit_note_id), Form.UBL)


@blueprint.route("/<credit_note_id>/facturx")
class CreditNoteFacturX(MethodView):
    """Document and e-invoice in one file."""

    @api("invoices:read", customers=True)
    @in_steps
    @blueprint.response(200, {"format": "binary", "type": "string"}, content_type="application/pdf")
    def get(self, credit_note_id: str) -> Response:
        """Download a PDF/A-3 with the e-invoice inside (Factur-X, ZUGFeRD). Refused as an invoice's."""
        return downloads.document(Paper("credit_note", credit_note_id), Form.FACTURX)


def _shown(view: CreditNoteView) -> dict[str, Any]:
    said = {name: getattr(view, name) for name in view.__dataclass_fields__ if name != "totals"}
    totals = view.totals
    return said | {
        "currency": totals.currency,
        "net": totals.net,
        "tax": totals.tax,
        "total": totals.total,
        "taxes": totals.taxes,
        "pdf": f"/v1/credit_notes/{view.id}/pdf",
    }
