"""M02: the documents of a period as a ZIP, one PDF, CSV and JSON: what is in them."""

import csv
import hashlib
import io
import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from shared.database import Database
from tests.integration.invoices.archiving import (
    URL,
    ask,
    client,
    fetched,
    fixed_clock,
    key,
    office,
    paid,
    unpacked,
    work,
)
from tests.integration.invoices.builders import a_line, a_seller, issued
from tests.integration.invoices.crediting import a_refund, credited
from tests.support.passports import PassportOffice

__all__ = ["client", "fixed_clock", "key", "office", "work"]


@pytest.mark.feature("M02")
def test_a_zip_has_every_document_of_the_period_and_a_manifest_that_proves_them(
    client: FlaskClient, database: Database, vendor: str, key: dict[str, str], work: Callable[[], int]
) -> None:
    in_may, refunded = paid("2026-05-31"), paid("2026-05-01", customer="cus_bert")
    issued(database, vendor, paid("2026-04-30"), in_may, refunded, paid("2026-06-01"))
    credited(database, vendor, a_refund(refunded, refunded_at="2026-05-20T10:00:00+00:00"))

    archive = ask(client, key, period="2026-05")
    work()
    ready = client.get(f"{URL}/{archive['id']}", headers=key).json
    answer = fetched(client, key, ready)
    files = unpacked(answer)

    assert (archive["status"], archive["done"], archive["total"]) == ("pending", 0, 3)
    assert (ready["status"], ready["done"], ready["file_name"]) == ("ready", 3, "invoices-2026-05.zip")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="invoices-2026-05.zip"'
    assert "no-store" in answer.headers["Cache-Control"]
    pdfs = [name for name in files if name.endswith(".pdf")]
    assert pdfs == ["invoice-2.pdf", "invoice-3.pdf", "credit-note-CN-1.pdf"]
    listed = json.loads(files["manifest.json"])["files"]
    assert [each["file"] for each in listed] == [name for name in files if not name.startswith("manifest")]
    for each in listed:
        assert hashlib.sha256(files[each["file"]]).hexdigest() == each["sha256"]
        assert len(files[each["file"]]) == each["size"]
        assert each["e_invoice"] is (
            f"{each['file'].removesuffix('.pdf')}.xml" in files or each["file"].endswith(".xml")
        )
    first = csv.DictReader(io.StringIO(files["manifest.csv"].decode("utf-8-sig")))
    assert [row["total"] for row in first if row["file"] in pdfs] == ["28.01", "28.01", "-28.01"]


@pytest.mark.feature("M02")
def test_one_pdf_has_them_all_in_the_order_of_their_numbers(
    client: FlaskClient, database: Database, vendor: str, key: dict[str, str], work: Callable[[], int]
) -> None:
    for number in range(1, 13):
        issued(database, vendor, paid(f"2026-03-{number:02}", line=a_line(description=f"Compact disc {number}")))

    archive = ask(client, key, period="2026-Q1", format="pdf")
    work()
    answer = fetched(client, key, archive)
    merged = PdfReader(io.BytesIO(answer.data))

    assert answer.content_type == "application/pdf"
    assert answer.content_length == len(answer.data)
    assert len(merged.pages) == 12
    for number, page in enumerate(merged.pages, start=1):
        assert f"Invoice {number}\nPage 1 of 1" in page.extract_text()
    assert [each["/Title"] for each in merged.outline] == [f"Invoice {number}" for number in range(1, 13)]


@pytest.mark.feature("M02")
def test_tables_have_numbers_that_are_numbers_and_texts_that_are_no_formulas(
    client: FlaskClient, database: Database, vendor: str, key: dict[str, str], work: Callable[[], int]
) -> None:
    bad = paid("2026-02-01", line=a_line(description="=SUM(A1)"), currency="JPY")
    issued(database, vendor, bad, paid("2026-02-02"))
    credited(database, vendor, a_refund(bad, refunded_at="2026-02-03T00:00:00+00:00"))

    table, objects = (ask(client, key, period="2026-02", format=kind) for kind in ("csv", "json"))
    work()
    rows = list(csv.DictReader(io.StringIO(fetched(client, key, table).data.decode("utf-8-sig"))))
    data = fetched(client, key, objects).json["data"]

    assert [(row["kind"], row["number"], row["total"], row["currency"], row["credits"]) for row in rows] == [
        ("invoice", "1", "2801", "JPY", ""),
        ("invoice", "2", "28.01", "USD", ""),
        ("credit_note", "CN-1", "-2801", "JPY", "1"),
    ]
    assert rows[0]["description"] == "'=SUM(A1)"
    assert [(each["total"], each["description"]) for each in data[:2]] == [(2801, "=SUM(A1)"), (2801, "Compact disc")]
    assert data[2]["total"] == -2801


@pytest.mark.feature("M02")
def test_an_empty_period_a_wrong_one_and_too_many_at_once_are_refused(
    client: FlaskClient, database: Database, vendor: str, key: dict[str, str]
) -> None:
    issued(database, vendor, *(paid(f"2026-0{month}-01") for month in range(1, 7)))

    empty = client.post(URL, json={"period": "2025"}, headers=key)
    wrong = [
        client.post(URL, json={"period": each}, headers=key) for each in ("2026-13", "May", "2026-05-02/2026-05-01")
    ]
    first = ask(client, key, period="2026-01")
    same = ask(client, key, period="2026-01")
    for month in range(2, 6):
        ask(client, key, period=f"2026-0{month}")
    one_more = client.post(URL, json={"period": "2026-06"}, headers=key)

    assert (empty.status_code, empty.json["code"]) == (409, "period_empty")
    assert "2025-01-01" in empty.json["detail"]
    assert {(each.status_code, each.json["code"]) for each in wrong} == {(422, "no_such_period")}
    assert first["id"] == same["id"]
    assert (one_more.status_code, one_more.json["code"]) == (409, "too_many_archives")


@pytest.mark.feature("M02")
def test_a_financial_year_begins_when_the_seller_or_the_customer_says(
    client: FlaskClient, database: Database, office: PassportOffice
) -> None:
    vendor = a_seller(database, profile={"fiscal_year_start": 4})
    key = office.key("invoice_archives:write", vendor=vendor)
    issued(database, vendor, *(paid(day) for day in ("2025-03-31", "2025-04-01", "2026-03-31", "2026-07-01")))

    of_seller, own = ask(client, key, period="FY2025"), ask(client, key, period="FY2025-07")

    assert (of_seller["first_day"], of_seller["last_day"], of_seller["total"]) == ("2025-04-01", "2026-03-31", 2)
    assert (own["first_day"], own["last_day"], own["total"]) == ("2025-07-01", "2026-06-30", 1)
