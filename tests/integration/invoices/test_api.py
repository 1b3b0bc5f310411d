"""/v1/invoices: what keys and customers may read."""

import csv
import hashlib
import io
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from services.invoices.actions import archive_files
from services.invoices.adapters.typst import Typesetter
from shared.database import Database
from tests.integration.invoices.builders import a_line, a_payment, a_seller, issued
from tests.integration.invoices.test_documents import _damage
from tests.integration.invoices.web import application
from tests.support.passports import PassportOffice, passport_office


@pytest.fixture(autouse=True)
def fixed_clock() -> None:
    """Passports are judged by the real clock."""


@pytest.fixture(scope="module")
def office() -> Iterator[PassportOffice]:
    with passport_office("ven_nobody") as office:
        yield office


@pytest.fixture(scope="module")
def client(database: Database, office: PassportOffice, typesetter: Typesetter) -> FlaskClient:
    return application(database, office, typesetter).test_client()


@pytest.fixture
def reader(office: PassportOffice, vendor: str) -> dict[str, str]:
    return office.key("invoices:read", vendor=vendor)


def test_an_invoice_reads_as_it_was_issued(
    client: FlaskClient, database: Database, vendor: str, reader: dict[str, str]
) -> None:
    payment = a_payment(a_line(period_start="2026-11-01T00:00:00Z", period_end="2026-12-01T00:00:00Z"))
    (invoice_id,) = issued(database, vendor, payment)

    answer = client.get(f"/v1/invoices/{invoice_id}", headers=reader)

    assert answer.status_code == 200
    said = answer.json
    assert set(said) == {
        *("id", "mode", "number", "order_number", "status", "customer", "subscription", "payment", "currency", "net"),
        *("tax", "total", "taxes", "tax_behavior", "description", "lines", "issued_at", "paid_at", "historical"),
        *("locale", "method", "seller", "buyer", "retention", "pdf"),
    }
    assert (said["number"], said["net"], said["tax"], said["total"]) == ("1", 2354, 447, 2801)
    assert said["taxes"] == [{"rate": 1900, "net": 2354, "tax": 447}]
    assert said["lines"][0]["period_end"] == "2026-12-01T00:00:00+00:00"
    assert said["pdf"] == f"/v1/invoices/{invoice_id}/pdf"
    assert said["seller"]["legal_name"] == "Larkfield Music Ltd."


@pytest.mark.feature("E02")
def test_the_list_is_newest_first_filtered_and_paged(
    client: FlaskClient, database: Database, vendor: str, reader: dict[str, str]
) -> None:
    first, second, third = issued(
        database,
        vendor,
        a_payment(customer="cus_berta", paid_at="1997-12-31T23:59:59+00:00"),
        a_payment(subscription="sub_1"),
        a_payment(),
    )

    def listed(query: str) -> list[str]:
        answer = client.get(f"/v1/invoices?{query}", headers=reader)
        assert answer.status_code == 200, answer.json
        return [each["id"] for each in answer.json["data"]]

    assert listed("") == [third, second, first]
    assert listed("customer=cus_berta") == [first]
    assert listed("subscription=sub_1") == [second]
    assert listed("number=3") == [third]
    assert listed("year=1997") == [first]
    assert listed("year=2026&limit=1") == [third]
    assert listed(f"limit=1&starting_after={third}") == [second]
    assert listed(f"ending_before={second}") == [third]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "year=x", "year=0", "vendor=ven_1", "mode=live", "starting_after=inv_none"]
)
def test_wrong_queries_are_malformed(client: FlaskClient, reader: dict[str, str], query: str) -> None:
    answer = client.get(f"/v1/invoices?{query}", headers=reader)

    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"


def test_others_invoices_are_not_found(
    client: FlaskClient, database: Database, vendor: str, office: PassportOffice
) -> None:
    (invoice_id,) = issued(database, vendor, a_payment())
    strangers = [
        office.key("invoices:read", vendor=a_seller(database)),
        office.key("invoices:read", vendor=vendor, mode="live"),
        office.customer("cus_other", vendor=vendor),
        office.customer(vendor=vendor),
    ]

    for headers in strangers:
        for path in (f"/v1/invoices/{invoice_id}", f"/v1/invoices/{invoice_id}/pdf"):
            answer = client.get(path, headers=headers)
            assert (answer.status_code, answer.json["code"]) == (404, "not_found")
        assert client.get("/v1/invoices", headers=headers).json["data"] == []
        assert client.get(f"/v1/invoices?starting_after={invoice_id}", headers=headers).status_code == 400


@pytest.mark.feature("E01")
def test_a_customer_reads_and_downloads_their_own(
    client: FlaskClient, database: Database, vendor: str, office: PassportOffice
) -> None:
    own, others = issued(database, vendor, a_payment(), a_payment(customer="cus_other"))
    anna = office.customer("cus_anna", vendor=vendor)

    assert [each["id"] for each in client.get("/v1/invoices", headers=anna).json["data"]] == [own]
    assert client.get("/v1/invoices?customer=cus_other", headers=anna).json["data"] == []
    assert client.get(f"/v1/invoices/{own}/pdf", headers=anna).data.startswith(b"%PDF")
    assert client.get(f"/v1/invoices/{others}/pdf", headers=anna).status_code == 404


def test_without_a_passport_or_the_scope_nothing_is_told(
    client: FlaskClient, database: Database, vendor: str, office: PassportOffice
) -> None:
    (invoice_id,) = issued(database, vendor, a_payment())

    for path in ("/v1/invoices", f"/v1/invoices/{invoice_id}", f"/v1/invoices/{invoice_id}/pdf"):
        assert client.get(path).status_code == 401
        assert client.get(path, headers=office.key("payments:read", vendor=vendor)).status_code == 403
        assert client.post(path, headers=office.key("invoices:read", vendor=vendor)).status_code == 405


def test_the_pdf_is_a_download_with_the_hash_as_its_tag(
    client: FlaskClient, database: Database, vendor: str, reader: dict[str, str]
) -> None:
    (invoice_id,) = issued(database, vendor, a_payment())

    first = client.get(f"/v1/invoices/{invoice_id}/pdf", headers=reader)
    second = client.get(f"/v1/invoices/{invoice_id}/pdf", headers=reader)

    assert first.status_code == 200
    assert first.content_type == "application/pdf"
    assert first.headers["Content-Disposition"] == 'attachment; filename="invoice-1.pdf"'
    assert first.headers["ETag"] == f'"{hashlib.sha256(first.data).hexdigest()}"'
    assert second.data == first.data
    known = reader | {"If-None-Match": first.headers["ETag"]}
    assert client.get(f"/v1/invoices/{invoice_id}/pdf", headers=known).status_code == 304


def test_a_damaged_document_is_an_error_with_its_code(
    client: FlaskClient, database: Database, vendor: str, reader: dict[str, str]
) -> None:
    (invoice_id,) = issued(database, vendor, a_payment())
    client.get(f"/v1/invoices/{invoice_id}/pdf", headers=reader)
    _damage(database, invoice_id)

    answer = client.get(f"/v1/invoices/{invoice_id}/pdf", headers=reader)

    assert (answer.status_code, answer.json["code"]) == (503, "document_damaged")


def test_a_list_costs_the_same_number_of_statements_whatever_its_length(
    client: FlaskClient, database: Database, vendor: str, reader: dict[str, str], count_statements
) -> None:
    counts = []
    for more in (1, 24):
        issued(database, vendor, *(a_payment() for _ in range(more)))
        with count_statements(database) as statements:
            assert len(client.get("/v1/invoices", headers=reader).json["data"]) >= more
        counts.append(len([each for each in statements if each.startswith("SELECT")]))

    assert counts[0] == counts[1] == 3


@pytest.mark.feature("E10")
def test_state_currency_and_amount_narrow_the_list_and_the_table_alike(
    client: FlaskClient, database: Database, vendor: str, reader: dict[str, str]
) -> None:
    issued(
        database,
        vendor,
        a_payment(),
        a_payment(a_line(amount=100, unit_amount=50), currency="EUR"),
        a_payment(a_line(description="=1+1"), currency="JPY"),
    )

    def found(query: str) -> list[str]:
        listed = [each["number"] for each in client.get(f"/v1/invoices?{query}", headers=reader).json["data"]]
        answer = client.get(f"/v1/invoices/csv?{query}", headers=reader)
        assert (answer.status_code, answer.mimetype) == (200, "text/csv")
        rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
        assert [row["number"] for row in rows] == listed
        return listed

    assert found("") == ["3", "2", "1"]
    assert found("currency=EUR") == ["2"]
    assert found("total_min=2801") == ["3", "1"]
    assert found("total_min=1&total_max=119") == ["2"]
    assert found("status=paid") == ["3", "2", "1"]
    assert found("status=open") == []
    assert "'=1+1,JPY,2354,447,2801" in client.get("/v1/invoices/csv", headers=reader).text


@pytest.mark.feature("E10")
def test_a_table_of_more_than_a_batch_has_every_invoice_once(
    client: FlaskClient, database: Database, vendor: str, reader: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_files, "ROWS_AT_ONCE", 2)
    issued(database, vendor, *(a_payment() for _ in range(5)))

    rows = client.get("/v1/invoices/csv", headers=reader).text.splitlines()

    assert [row.split(",")[1] for row in rows[1:]] == ["5", "4", "3", "2", "1"]
