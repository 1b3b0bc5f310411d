"""The tables of the invoices service."""

from services.invoices.models.archives import Archive
from services.invoices.models.base import Base
from services.invoices.models.credit_notes import CreditNote
from services.invoices.models.documents import CreditNoteDocument, Document, DueDocument
from services.invoices.models.invoices import Invoice, InvoiceLine
from services.invoices.models.projections import Logo, Seller
from services.invoices.models.retentions import Retention
from services.invoices.models.series import Series

__all__ = [
    "Archive",
    "Base",
    "CreditNote",
    "CreditNoteDocument",
    "Document",
    "DueDocument",
    "Invoice",
    "InvoiceLine",
    "Logo",
    "Retention",
    "Seller",
    "Series",
]
