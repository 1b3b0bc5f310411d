"""Writing a paper in one of its forms. Nothing is stored here."""

from collections.abc import Sequence
from typing import Any

from services.invoices.adapters import credit_sheet, e_invoice, letterhead, receipt_sheet, sheet
from services.invoices.adapters.typst import CannotTypeset, Typesetter
from services.invoices.queries.documents import Content, Form
from services.invoices.queries.logos import Mark
from services.invoices.rules import e_invoice as rule
from services.invoices.rules.credit import FinalCredit
from services.invoices.rules.finalization import FinalInvoice
from shared import i18n
from shared.errors import Conflict


class InvoiceNotPaid(Conflict):
    """There is no payment that a receipt could be for."""

    code = "invoice_not_paid"


def drawn(said: Content, *, form: Form, typesetter: Typesetter) -> bytes:
    """The document. Raises CannotTypeset, and for an e-invoice what its rule raises."""
    language = i18n.negotiate(said.locale, i18n.LANGUAGES, i18n.DEFAULT)
    if form is Form.PDF:
        return typesetter.pdf(_sheet(said, language))
    written = rule.decide(said.final, said.credit)
    if form is Form.UBL:
        return e_invoice.xml(written, syntax="ubl-2.1", language=language)
    cii = e_invoice.xml(written, syntax="factur-x", language=language)
    if form is Form.XML:
        return cii
    pdf = typesetter.pdf(_sheet(said, language) | {"standard": "a-3b"})
    return e_invoice.embedded(pdf, cii, language=language)


def receipt(
    final: FinalInvoice, refunds: Sequence[FinalCredit], *, mark: Mark, is_test: bool, typesetter: Typesetter
) -> bytes:
    """That a payment arrived, and what of it went back since. Raises InvoiceNotPaid, CannotTypeset."""
    if final.status != "paid":
        raise InvoiceNotPaid
    language = i18n.negotiate(final.locale, i18n.LANGUAGES, i18n.DEFAULT)
    sheet = receipt_sheet.compose(final, refunds, language=language, is_test=is_test)
    return typesetter.pdf(marked(sheet, mark))


def marked(sheet: dict[str, Any], mark: Mark) -> dict[str, Any]:
    """The sheet with its seller's logo. Raises CannotTypeset for one that will be here in a moment."""
    if mark.is_awaited:
        raise CannotTypeset
    return letterhead.with_logo(sheet, mark.png)


def _sheet(said: Content, language: str) -> dict[str, Any]:
    if said.credit is None:
        composed = sheet.compose(said.final, language=language, is_test=said.is_test)
    else:
        composed = credit_sheet.compose(said.final, said.credit, language=language, is_test=said.is_test)
    return marked(composed, said.mark)
