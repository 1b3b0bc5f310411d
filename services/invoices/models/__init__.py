"""The tables of the invoices service."""

from services.invoices.models.base import Base
from services.invoices.models.documents import Document, DueDocument
from services.invoices.models.invoices import Invoice, InvoiceLine
from services.invoices.models.projections import Seller
from services.invoices.models.series import Series

__all__ = ["Base", "Document", "DueDocument", "Invoice", "InvoiceLine", "Seller", "Series"]
