"""Documents in Arabic and Hebrew: mirrored, by the same template."""

import io

import pytest
from pypdf import PageObject, PdfReader

from services.invoices.adapters import sheet
from services.invoices.adapters.typst import Typesetter
from services.invoices.queries import invoices
from shared.database import Database
from tests.integration.invoices.builders import a_payment, issued, selling


@pytest.mark.feature("M16", "I04")
@pytest.mark.parametrize("language", ["ar", "he"])
def test_a_document_from_right_to_left_is_mirrored(
    database: Database, vendor: str, typesetter: Typesetter, language: str
) -> None:
    (invoice_id,) = issued(database, vendor, a_payment())
    with selling(database, vendor) as session:
        final = invoices.invoice(session, invoice_id=invoice_id).final

    pdf = PdfReader(io.BytesIO(typesetter.pdf(sheet.compose(final, language=language, is_test=False))))

    assert pdf.trailer["/Root"]["/Lang"] == language
    seller, order_number, disc = (place_of(pdf.pages[0], each) for each in ("Larkfield", final.order_number, "Compact"))
    assert order_number < pdf.pages[0].mediabox.width / 2 < seller
    assert disc > pdf.pages[0].mediabox.width / 2


def place_of(page: PageObject, word: str) -> float:
    """How far from the left it begins, in points."""
    found: list[float] = []

    def look(text: str, around: list[float], own: list[float], *_font: object) -> None:
        if word in text:
            found.append(own[4] * around[0] + own[5] * around[2] + around[4])

    page.extract_text(visitor_text=look)
    return found[0]
