"""IN-04: a document is made once and stays what it was."""

import hashlib
import io
import threading
import time

import pytest
from pypdf import PdfReader
from sqlalchemy import select, text

from services.invoices.actions import documents, sellers
from services.invoices.actions.documents import DocumentDamaged
from services.invoices.adapters.typst import CannotTypeset, Typesetter
from services.invoices.jobs import render_documents
from services.invoices.models import Document, DueDocument
from shared.database import Database, scope
from shared.errors import NotFound
from tests.integration.invoices.builders import NOW, PROFILE, a_buyer, a_line, a_payment, a_seller, issued, selling
from tests.integration.invoices.web import outside


def pdf_of(database: Database, vendor: str, invoice_id: str, typesetter: Typesetter) -> bytes:
    with scope.system(vendor=vendor, mode="test", job="test"):
        return documents.pdf(database.begin, invoice_id=invoice_id, typesetter=typesetter, now=NOW).content


def words_of(pdf: bytes) -> str:
    """All its words, a single space between them."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.mark.feature("E01", "E15")
def test_the_pdf_says_what_was_sold_to_whom_and_what_was_paid(
    database: Database, vendor: str, typesetter: Typesetter
) -> None:
    payment = a_payment(a_line(), a_line(description="Shipping", quantity=1, unit_amount=500, amount=500, tax_rate=700))
    (invoice_id,) = issued(database, vendor, payment)

    pdf = pdf_of(database, vendor, invoice_id, typesetter)

    said = words_of(pdf)
    for expected in (
        payment.order_number,
        "Larkfield Music Ltd.",
        "14 Orchard Lane",
        "GB 123 4567 82",
        "Tessaly Foods GmbH",
        "Lindenhof 4",
        "Germany",
        "DE 318 204 556",
        "22 November 2026",
        "Paid on 20 November 2026",
        "Visa ending 4242",
        "Compact disc",
        "Shipping",
        "Tax 7% on $5.00",
        "Tax 19% on $23.54",
        "$33.36",
        "Page 1 of 1",
    ):
        assert expected in said, expected
    about = PdfReader(io.BytesIO(pdf))
    assert about.metadata.title == "Invoice 1"
    assert about.trailer["/Root"]["/Lang"] == "en"
    assert about.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in pdf


@pytest.mark.feature("E14")
@pytest.mark.parametrize(
    ("currency", "amount", "shown"), [("JPY", 1234, "1,234"), ("KWD", 1234, "1.234"), ("EUR", 123456, "1,234.56")]
)
def test_amounts_have_the_decimals_of_their_currency(
    database: Database, vendor: str, typesetter: Typesetter, currency: str, amount: int, shown: str
) -> None:
    line = a_line(quantity=1, amount=amount, unit_amount=amount, tax_rate=0)
    (invoice_id,) = issued(database, vendor, a_payment(line, currency=currency))

    said = words_of(pdf_of(database, vendor, invoice_id, typesetter))

    assert shown in said
    assert f"{shown}0" not in said


@pytest.mark.parametrize(
    "name", ["株式会社山田", "김철수 주식회사", "數據科技有限公司", "Łukasz Żółć", "Ελένη", "Нина", "สมชาย"]
)
def test_names_of_any_script_can_be_read_back(
    database: Database, vendor: str, typesetter: Typesetter, name: str
) -> None:
    (invoice_id,) = issued(database, vendor, a_payment(buyer=a_buyer(company=name)))

    pdf = pdf_of(database, vendor, invoice_id, typesetter)

    assert name.replace(" ", "") in words_of(pdf).replace(" ", "")
    assert b"pdfuaid" in pdf


def test_arabic_and_hebrew_names_are_shaped_with_their_own_fonts(
    database: Database, vendor: str, typesetter: Typesetter
) -> None:
    buyer = a_buyer(company="محمد عبد الله", display_name="יוסף כהן")
    (invoice_id,) = issued(database, vendor, a_payment(buyer=buyer))

    pdf = pdf_of(database, vendor, invoice_id, typesetter)

    page = PdfReader(io.BytesIO(pdf)).pages[0]
    fonts = " ".join(font.get_object()["/BaseFont"] for font in page["/Resources"]["/Font"].values())
    assert "NotoSansArabic" in fonts
    assert "NotoSansHebrew" in fonts


def test_a_letter_that_no_font_has_does_not_keep_the_invoice_from_being_made(
    database: Database, vendor: str, typesetter: Typesetter
) -> None:
    (invoice_id,) = issued(database, vendor, a_payment(buyer=a_buyer(company="Strange \U00020000 \U0001f600")))

    assert "Strange" in words_of(pdf_of(database, vendor, invoice_id, typesetter))


def test_it_is_in_the_language_of_the_payment_else_of_the_seller(database: Database, typesetter: Typesetter) -> None:
    vendor = a_seller(database, default_locale="de-AT")
    german, english, unknown = issued(database, vendor, a_payment(), a_payment(locale="en"), a_payment(locale="tlh"))

    said = [words_of(pdf_of(database, vendor, each, typesetter)) for each in (german, english, unknown)]

    assert "Rechnung" in said[0]
    assert "Bezahlt am 20. November 2026" in said[0]
    assert "Invoice" in said[1]
    assert "Invoice" in said[2]


def test_many_lines_go_over_pages_and_repeat_the_heads(database: Database, vendor: str, typesetter: Typesetter) -> None:
    (invoice_id,) = issued(database, vendor, a_payment(*(a_line(description=f"Disc {n}") for n in range(1, 81))))

    pages = PdfReader(io.BytesIO(pdf_of(database, vendor, invoice_id, typesetter))).pages

    assert len(pages) > 2
    assert all("Unit price" in page.extract_text() for page in pages[:-1])
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1].extract_text()
    said = " ".join(page.extract_text() for page in pages).split("Disc ")
    assert [int(part.split()[0]) for part in said[1:]] == list(range(1, 81))


@pytest.mark.feature("E13")
def test_the_same_bytes_come_back_whatever_was_renamed(database: Database, vendor: str, typesetter: Typesetter) -> None:
    (invoice_id,) = issued(database, vendor, a_payment())
    before = pdf_of(database, vendor, invoice_id, typesetter)
    with database.begin() as session:
        sellers.project(
            session,
            vendor=vendor,
            slug="x",
            display_name="Robin",
            profile=PROFILE,
            default_locale="de",
            revision=2,
            now=NOW,
        )

    after = pdf_of(database, vendor, invoice_id, Typesetter(seconds=0.0))  # which could not make any

    assert after == before
    with selling(database, vendor) as session:
        row = session.execute(select(Document.sha256, Document.size)).one()
    assert (row.sha256, row.size) == (hashlib.sha256(before).hexdigest(), len(before))


def test_a_document_made_late_shows_the_seller_as_of_issue(
    database: Database, vendor: str, typesetter: Typesetter
) -> None:
    (invoice_id,) = issued(database, vendor, a_payment(historical=True))
    with database.begin() as session:
        sellers.project(
            session,
            vendor=vendor,
            slug="x",
            display_name="Robin",
            profile=PROFILE,
            default_locale="de",
            revision=2,
            now=NOW,
        )

    said = words_of(pdf_of(database, vendor, invoice_id, typesetter))

    assert "Larkfield" in said
    assert "Robin" not in said


def test_first_requests_at_once_store_one_document(database: Database, vendor: str, typesetter: Typesetter) -> None:
    (invoice_id,) = issued(database, vendor, a_payment())
    got: list[bytes] = []
    other = Typesetter()
    threads = [
        threading.Thread(target=lambda press: got.append(pdf_of(database, vendor, invoice_id, press)), args=(press,))
        for press in (typesetter, other, typesetter, other)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()

    assert len(got) == 4
    assert len(set(got)) == 1
    with selling(database, vendor) as session:
        assert len(session.scalars(select(Document.id)).all()) == 1


def test_a_damaged_document_is_not_handed_out(database: Database, vendor: str, typesetter: Typesetter) -> None:
    (invoice_id,) = issued(database, vendor, a_payment())
    pdf_of(database, vendor, invoice_id, typesetter)
    _damage(database, invoice_id)

    with pytest.raises(DocumentDamaged):
        pdf_of(database, vendor, invoice_id, typesetter)


def test_another_vendors_invoice_is_not_found(database: Database, vendor: str, typesetter: Typesetter) -> None:
    (invoice_id,) = issued(database, vendor, a_payment())

    with pytest.raises(NotFound):
        pdf_of(database, a_seller(database), invoice_id, typesetter)


def test_the_job_makes_documents_of_fresh_invoices(database: Database, vendor: str, typesetter: Typesetter) -> None:
    fresh, historical = issued(database, vendor, a_payment(), a_payment(historical=True))

    while render_documents(database.begin, now=NOW, adapters=outside(typesetter)):
        pass

    with selling(database, vendor) as session:
        assert session.scalars(select(Document.invoice)).all() == [fresh]
        assert session.scalars(select(DueDocument.invoice)).all() == []
    assert pdf_of(database, vendor, historical, typesetter).startswith(b"%PDF")


def test_a_document_that_cannot_be_made_waits_longer_each_time(
    database: Database, vendor: str, typesetter: Typesetter
) -> None:
    while render_documents(database.begin, now=NOW, adapters=outside(typesetter)):
        pass  # those of other tests
    (invoice_id,) = issued(database, vendor, a_payment())
    broken = Typesetter(megabytes=1)

    assert render_documents(database.begin, now=NOW, adapters=outside(broken)) == 0
    assert render_documents(database.begin, now=NOW, adapters=outside(broken)) == 0

    with selling(database, vendor) as session:
        due = session.scalars(select(DueDocument).where(DueDocument.invoice == invoice_id)).one()
        assert (due.attempts, due.due_at > NOW) == (1, True)
        session.delete(due)


def test_the_typesetter_ends_when_idle_and_starts_again(database: Database, vendor: str) -> None:
    typesetter = Typesetter(idle=0.2)
    first, second = issued(database, vendor, a_payment(), a_payment())
    pdf_of(database, vendor, first, typesetter)
    time.sleep(0.5)

    assert pdf_of(database, vendor, second, typesetter).startswith(b"%PDF")
    typesetter.close()


def test_a_document_that_takes_too_long_is_given_up(database: Database, vendor: str, typesetter: Typesetter) -> None:
    (invoice_id,) = issued(database, vendor, a_payment())
    hurried = Typesetter(seconds=0.0)

    with pytest.raises(CannotTypeset):
        pdf_of(database, vendor, invoice_id, hurried)

    assert pdf_of(database, vendor, invoice_id, typesetter).startswith(b"%PDF")


def _damage(database: Database, invoice_id: str) -> None:
    """What no statement may do: below the triggers, as a failing disk would."""
    off, on = (
        ("DROP TRIGGER documents_update", None)
        if database.is_sqlite
        else ("ALTER TABLE documents DISABLE TRIGGER ALL", "ALTER TABLE documents ENABLE TRIGGER ALL")
    )
    with database.begin() as session:
        connection = session.connection()
        if database.is_sqlite:
            on = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = 'documents_update'")).scalar_one()
        connection.execute(text(off))
        connection.execute(
            text("UPDATE documents SET content = :content WHERE invoice = :id"), {"content": b"x", "id": invoice_id}
        )
        connection.execute(text(on))
