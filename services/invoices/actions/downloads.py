"""What somebody downloads: a document as it was issued, or a receipt as of now, named in the document's language."""

import re
from dataclasses import dataclass
from typing import Final

from services.invoices.actions import documents, receipts
from services.invoices.adapters.typst import Typesetter
from services.invoices.queries import documents as queries
from services.invoices.queries.documents import Form, Paper
from shared import clock, i18n
from shared.database import Begin

_UNSAFE_IN_A_FILE_NAME: Final = re.compile(r"[^A-Za-z0-9._-]+")
_NAMES: Final = {"invoice": "invoices.document.file_name", "credit_note": "invoices.document.credit.file_name"}
_ENDINGS: Final = {Form.PDF: ".pdf", Form.XML: ".xml", Form.UBL: "-ubl.xml", Form.FACTURX: "-factur-x.pdf"}


@dataclass(frozen=True, kw_only=True)
class Download:
    """A file and its name. `sha256` where it is the same for ever."""

    content: bytes
    name: str
    sha256: str | None = None

    @property
    def mimetype(self) -> str:
        """By its ending."""
        return "application/pdf" if self.name.endswith(".pdf") else "application/xml"


def document(begin: Begin, paper: Paper, form: Form, *, typesetter: Typesetter) -> Download:
    """The paper in this form, made and stored if this is the first time. Raises as `documents.document`."""
    with begin() as session:
        stored = queries.stored(session, paper=paper, form=form)
    if stored is None:
        found = documents.document(begin, paper=paper, form=form, typesetter=typesetter, now=clock.now())
    else:
        found = documents.intact(stored, paper=paper)
    name = _named(_NAMES[paper.kind], locale=found.locale, number=found.number)
    return Download(content=found.content, name=name + _ENDINGS[form], sha256=found.sha256)


def receipt(begin: Begin, invoice_id: str, *, typesetter: Typesetter) -> Download:
    """The receipt of an invoice's payment, as of now. Raises NotFound, InvoiceNotPaid, CannotTypeset."""
    found = receipts.of_invoice(begin, invoice_id=invoice_id, typesetter=typesetter)
    name = _named("invoices.document.receipt.file_name", locale=found.locale, number=found.order_number)
    return Download(content=found.content, name=f"{name}.pdf")


def _named(key: str, *, locale: str, number: str) -> str:
    language = i18n.negotiate(locale, i18n.LANGUAGES, i18n.DEFAULT)
    name = i18n.text(key, language, number=number)
    return _UNSAFE_IN_A_FILE_NAME.sub("-", name).strip("-.") or "document"
