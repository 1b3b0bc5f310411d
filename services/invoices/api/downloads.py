"""Documents as downloads of the API."""

from flask import Response

from services.invoices.actions import downloads
from services.invoices.adapters import Adapters
from services.invoices.queries.documents import Form, Paper
from shared.web import adapters, begin
from shared.web.downloads import issued


def document(paper: Paper, form: Form) -> Response:
    """The paper in this form, made and stored if this is the first time. Raises as `documents.document`."""
    found = downloads.document(begin(), paper, form, typesetter=adapters(Adapters).typesetter)
    return issued(found.content, name=found.name, mimetype=found.mimetype, sha256=found.sha256)


def receipt(invoice_id: str) -> Response:
    """The receipt of an invoice's payment, as of now. Raises NotFound, InvoiceNotPaid, CannotTypeset."""
    found = downloads.receipt(begin(), invoice_id, typesetter=adapters(Adapters).typesetter)
    return issued(found.content, name=found.name, mimetype=found.mimetype, sha256=found.sha256)
