"""/v1/credit_notes, e-invoices and receipts: what keys and customers may read."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from services.invoices.adapters.typst import Typesetter
from shared.database import Database
from tests.integration.invoices.builders import PROFILE, a_buyer, a_payment, a_seller, issued
from tests.integration.invoices.crediting import a_refund, credited
from tests.integration.invoices.test_documents import words_of
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


@pytest.mark.feature("E07")
def test_a_credit_note_reads_as_it_was_issued(
    client: FlaskClient, database: Database, vendor: str, reader: dict[str, str]
) -> None:
    payment = a_payment(subscription="sub_1")
    (invoice_id,) = issued(database, vendor, payment)
    refund = a_refund(payment, amount=1000)
    (note_id,) = credited(database, vendor, refund)

    said = client.get(f"/v1/credit_notes/{note_id}", headers=reader).json

    assert said.pop("issued_at")
    assert said == {
        "id": note_id,
        "mode": "test",
        "number": "CN-1",
        "invoice": invoice_id,
        "invoice_number": "1",
        "order_number": payment.order_number,
        "customer": "cus_anna",
        "subscription": "sub_1",
        "payment": payment.payment,
        "refund": refund.refund,
        "currency": "USD",
        "net": 840,
        "tax": 160,
        "total": 1000,
        "taxes": [{"rate": 1900, "net": 840, "tax": 160}],
        "refunded_at": "2026-11-22T14:00:00+00:00",
        "locale": "en",
        "pdf": f"/v1/credit_notes/{note_id}/pdf",
    }


@pytest.mark.feature("E07")
def test_credit_notes_are_listed_newest_first_and_by_what_they_are_about(
    client: FlaskClient, database: Database, vendor: str, reader: dict[str, str]
) -> None:
    payment, other = a_payment(), a_payment(customer="cus_berta")
    invoice_id, _other = issued(database, vendor, payment, other)
    refunds = [a_refund(payment, amount=100), a_refund(payment, amount=200), a_refund(other)]
    first, second, third = credited(database, vendor, *refunds)

    def listed(query: str) -> list[str]:
        answer = client.get(f"/v1/credit_notes?{query}", headers=reader)
        assert answer.status_code == 200, answer.json
        return [each["id"] for each in answer.json["data"]]

    assert listed("") == [third, second, first]
    assert listed("customer=cus_berta") == [third]
    assert listed(f"invoice={invoice_id}&limit=1") == [second]
    assert listed(f"refund={refunds[0].refund}") == [first]
    assert listed(f"starting_after={second}") == [first]


@pytest.mark.feature("E07", "E08", "M03")
def test_documents_are_downloads_named_by_their_number(
    client: FlaskClient, database: Database, vendor: str, reader: dict[str, str]
) -> None:
    payment = a_payment()
    (invoice_id,) = issued(database, vendor, payment)
    (note_id,) = credited(database, vendor, a_refund(payment, locale="de"))

    for path, name, begins in (
        (f"invoices/{invoice_id}/xml", "invoice-1.xml", b"<?xml"),
        (f"invoices/{invoice_id}/ubl", "invoice-1-ubl.xml", b"<?xml"),
        (f"invoices/{invoice_id}/facturx", "invoice-1-factur-x.pdf", b"%PDF"),
        (f"credit_notes/{note_id}/pdf", "rechnungskorrektur-CN-1.pdf", b"%PDF"),
        (f"credit_notes/{note_id}/xml", "rechnungskorrektur-CN-1.xml", b"<?xml"),
        (f"credit_notes/{note_id}/ubl", "rechnungskorrektur-CN-1-ubl.xml", b"<?xml"),
        (f"credit_notes/{note_id}/facturx", "rechnungskorrektur-CN-1-factur-x.pdf", b"%PDF"),
    ):
        answer = client.get(f"/v1/{path}", headers=reader)
        assert answer.status_code == 200, path
        assert answer.content_type.startswith("application/pdf" if begins == b"%PDF" else "application/xml")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer.data.startswith(begins)
        assert client.get(f"/v1/{path}", headers=reader).data == answer.data


@pytest.mark.feature("M03", "E08")
def test_what_is_missing_for_an_e_invoice_is_said_with_a_code(
    client: FlaskClient, database: Database, office: PassportOffice
) -> None:
    vendor = a_seller(database, profile=PROFILE | {"country": None, "tax_id": None})
    complete = a_seller(database)
    (of_seller,) = issued(database, vendor, a_payment())
    (of_buyer,) = issued(database, complete, a_payment(buyer=a_buyer(country=None)))

    seller = client.get(f"/v1/invoices/{of_seller}/xml", headers=office.key("invoices:read", vendor=vendor))
    buyer = client.get(f"/v1/invoices/{of_buyer}/ubl", headers=office.key("invoices:read", vendor=complete))

    assert (seller.status_code, seller.json["code"]) == (409, "seller_data_incomplete")
    assert "country, tax_id" in seller.json["detail"]
    assert (buyer.status_code, buyer.json["code"]) == (409, "buyer_data_incomplete")


@pytest.mark.feature("E04")
def test_a_receipt_shows_the_payment_and_each_refund_since(
    client: FlaskClient, database: Database, vendor: str, reader: dict[str, str]
) -> None:
    payment = a_payment()
    (invoice_id,) = issued(database, vendor, payment)

    def receipt() -> str:
        answer = client.get(f"/v1/invoices/{invoice_id}/receipt", headers=reader)
        assert answer.headers["Content-Disposition"] == f'attachment; filename="receipt-{payment.order_number}.pdf"'
        return words_of(answer.data)

    before = receipt()
    credited(database, vendor, a_refund(payment, amount=801))
    partly = receipt()
    credited(database, vendor, a_refund(payment, amount=2000))
    fully = receipt()

    for said in ("Receipt", payment.order_number, "Invoice 1", "Paid on 20 November 2026", "Paid $28.01", "Visa"):
        assert said in before, said
    assert "Refunded" not in before
    for said in ("Refunded in part", "Refunded on 22 November 2026, credit note CN-1", "-$8.01", "refunds $20.00"):
        assert said in partly, said
    for said in ("Refunded in full", "credit note CN-2", "-$20.00", "refunds $0.00"):
        assert said in fully, said


@pytest.mark.feature("E04")
def test_there_is_a_receipt_without_billing_details(
    client: FlaskClient, database: Database, vendor: str, reader: dict[str, str]
) -> None:
    bare = a_buyer(company=None, display_name=None, address=[], country=None, tax_id=None)
    (invoice_id,) = issued(database, vendor, a_payment(buyer=bare))

    said = words_of(client.get(f"/v1/invoices/{invoice_id}/receipt", headers=reader).data)

    assert "Received from anna@tessaly.example" in said


def test_what_is_anothers_is_not_found_and_nothing_is_told_without_the_scope(
    client: FlaskClient, database: Database, vendor: str, office: PassportOffice
) -> None:
    payment = a_payment()
    (invoice_id,) = issued(database, vendor, payment)
    (note_id,) = credited(database, vendor, a_refund(payment))
    paths = [
        f"/v1/credit_notes/{note_id}",
        *(f"/v1/credit_notes/{note_id}/{form}" for form in ("pdf", "xml", "ubl", "facturx")),
        *(f"/v1/invoices/{invoice_id}/{form}" for form in ("xml", "ubl", "facturx", "receipt")),
    ]
    strangers = [
        office.key("invoices:read", vendor=a_seller(database)),
        office.key("invoices:read", vendor=vendor, mode="live"),
        office.customer("cus_other", vendor=vendor),
    ]

    for path in paths:
        assert [client.get(path, headers=each).status_code for each in strangers] == [404] * 3, path
        assert client.get(path).status_code == 401
        assert client.get(path, headers=office.key("payments:read", vendor=vendor)).status_code == 403
        assert client.get(path, headers=office.customer("cus_anna", vendor=vendor)).status_code == 200
    assert [client.get("/v1/credit_notes", headers=each).json["data"] for each in strangers] == [[]] * 3


def test_a_list_costs_the_same_number_of_statements_whatever_its_length(
    client: FlaskClient, database: Database, vendor: str, reader: dict[str, str], count_statements
) -> None:
    counts = []
    for more in (1, 9):
        payments = [a_payment() for _ in range(more)]
        issued(database, vendor, *payments)
        credited(database, vendor, *(a_refund(each) for each in payments))
        with count_statements(database) as statements:
            assert len(client.get("/v1/credit_notes", headers=reader).json["data"]) >= more
        counts.append(len([each for each in statements if each.startswith("SELECT")]))

    assert counts[0] == counts[1]
