"""One invoice as a page, and its documents, for which the invoices service is asked."""

from typing import Final

from flask import Blueprint, Response

from services.portal.adapters import Adapters
from services.portal.adapters.invoices import EInvoiceIncomplete
from services.portal.pages.customer import shell
from services.portal.queries import credit_notes, invoices
from services.portal.queries.portals import PortalView
from shared.errors import NotFound, Unavailable
from shared.web import adapters, caller, customer, session

blueprint = Blueprint("documents", __name__, url_prefix="/p/<slug>")

TRY_AGAIN_AFTER: Final = 10  # seconds
REASONS: Final = ("seller_data_incomplete", "buyer_data_incomplete", "currency_unsupported")
"""Why there is no e-invoice, as far as there are words for it."""


@blueprint.get("/invoices/<invoice_id>")
@customer
def show(slug: str, invoice_id: str) -> Response:
    """What it says, and all that can be fetched of it: PDF, receipt, e-invoices, credit notes."""
    portal = shell.open_portal(slug)
    row = invoices.invoice(session(), invoice_id=invoice_id, portal=portal)
    return shell.show(
        "portal/customer/invoices/show.html",
        portal=portal,
        invoice=row,
        credit_notes=credit_notes.of_invoices(session(), [row.id]).get(row.id, ()),
    )


@blueprint.get("/invoices/<invoice_id>/<any(pdf, receipt, xml, ubl, facturx):form>")
@customer
def of_invoice(slug: str, invoice_id: str, form: str) -> Response:
    """A document of an invoice. While the invoices service is away, everything but this goes on."""
    portal = shell.open_portal(slug)
    row = invoices.invoice(session(), invoice_id=invoice_id, portal=portal)
    return fetched(portal, row.id, form, number=row.number, invoice=row.id)


@blueprint.get("/credit_notes/<credit_note_id>/<any(pdf, xml, ubl, facturx):form>")
@customer
def of_credit_note(slug: str, credit_note_id: str, form: str) -> Response:
    """A document of a credit note."""
    portal = shell.open_portal(slug)
    row = credit_notes.credit_note(session(), credit_note_id=credit_note_id, portal=portal)
    return fetched(portal, row.id, form, number=row.number, invoice=row.invoice)


def fetched(portal: PortalView, paper: str, form: str, *, number: str, invoice: str) -> Response:
    """The file, passed on as it comes; a page that says why where there is none.

    `number` is printed there, `invoice` is where it leads back to. Raises NotFound.
    """
    try:
        document = adapters(Adapters).invoices.document(paper, form, passport=caller().passport)
    except Unavailable:
        page = "portal/customer/invoices/unavailable.html"
        answer = shell.show(page, portal=portal, status=503, number=number, is_credit_note=paper != invoice)
        answer.headers["Retry-After"] = str(TRY_AGAIN_AFTER)
        return answer
    except EInvoiceIncomplete as refused:
        why = str(refused.params["why"])
        if why not in REASONS:
            raise NotFound from refused
        page = "portal/customer/invoices/no_e_invoice.html"
        return shell.show(page, portal=portal, status=409, invoice_id=invoice, pdf=_pdf(paper, invoice), why=why)
    answer = Response(document.chunks, content_type=document.content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{document.filename}"'
    answer.headers["Cache-Control"] = "private, no-store"
    if document.content_length is not None:
        answer.content_length = document.content_length
    return answer


def _pdf(paper: str, invoice: str) -> str:
    """Where the PDF of the same paper is, seen from the portal's home."""
    return f"/invoices/{invoice}/pdf" if paper == invoice else f"/credit_notes/{paper}/pdf"
