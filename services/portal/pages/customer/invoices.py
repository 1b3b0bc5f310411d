"""The invoice history, from what the invoices service said before; and the document itself, which it is asked for."""

from typing import Final

from flask import Blueprint, Response, request

from services.portal.adapters import Adapters
from services.portal.pages.customer import shell
from services.portal.queries.invoices import history, invoice
from shared.errors import Unavailable
from shared.web import adapters, caller, customer, session

blueprint = Blueprint("invoices", __name__, url_prefix="/p/<slug>/invoices")

LONGEST_CURSOR: Final = 40
TRY_AGAIN_AFTER: Final = 10  # seconds


@blueprint.get("", strict_slashes=False)
@customer
def show(slug: str) -> Response:
    """A page of them, newest first."""
    portal = shell.open_portal(slug)
    cursor = request.args.get("after", "")[:LONGEST_CURSOR] or None
    return shell.show(
        "portal/customer/invoices/index.html",
        portal=portal,
        page=history(session(), portal=portal, cursor=cursor),
        is_first=cursor is None,
    )


@blueprint.get("/<invoice_id>/pdf")
@customer
def download(slug: str, invoice_id: str) -> Response:
    """The document. While the invoices service is away, everything but this goes on."""
    portal = shell.open_portal(slug)
    row = invoice(session(), invoice_id=invoice_id, portal=portal)
    try:
        document = adapters(Adapters).invoices.pdf(row.id, passport=caller().passport)
    except Unavailable:
        answer = shell.show("portal/customer/invoices/unavailable.html", portal=portal, status=503, invoice=row)
        answer.headers["Retry-After"] = str(TRY_AGAIN_AFTER)
        return answer
    answer = Response(document.chunks, content_type=document.content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{document.filename}"'
    answer.headers["Cache-Control"] = "private, no-store"
    if document.content_length is not None:
        answer.content_length = document.content_length
    return answer
