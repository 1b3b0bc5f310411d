"""M02: a statement of account says what was owed, charged, paid and given back within a period, each currency apart."""

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from shared.database import Database
from tests.integration.invoices.archiving import (
    ask,
    client,
    fetched,
    fixed_clock,
    office,
    paid,
    work,
)
from tests.integration.invoices.builders import a_line, issued
from tests.integration.invoices.crediting import a_refund, credited
from tests.support.passports import PassportOffice

__all__ = ["client", "fixed_clock", "office", "work"]
URL = "/v1/statements"


def words(pdf: bytes) -> str:
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(text.replace("\xa0", " ").split())


@pytest.mark.feature("M02", "E14")
def test_a_statement_adds_up_currency_by_currency(
    client: FlaskClient, database: Database, vendor: str, office: PassportOffice, work: Callable[[], int]
) -> None:
    refunded = paid("2026-05-03", line=a_line(amount=10000, unit_amount=5000), currency="EUR")
    issued(database, vendor, paid("2026-04-30"), refunded, paid("2026-05-31"), paid("2026-05-02", customer="cus_bert"))
    credited(database, vendor, a_refund(refunded, amount=1190, refunded_at="2026-05-20T00:00:00+00:00"))
    anna = office.customer("cus_anna", vendor=vendor)

    statement = ask(client, anna, url=URL, period="2026-05")
    work()
    answer = fetched(client, anna, statement)
    said = words(answer.data)

    assert statement["total"] == 3
    assert answer.headers["Content-Disposition"] == 'attachment; filename="statement-2026-05.pdf"'
    assert "Statement of account" in said
    assert "Tessaly Foods GmbH" in said
    assert "Opening balance €0.00" in said
    assert "3 May 2026 Invoice 2 Compact disc €119.00 €119.00" in said
    assert "3 May 2026 Payment of invoice 2 €119.00 €0.00" in said
    assert "20 May 2026 Credit note CN-1 Compact disc €11.90 -€11.90" in said
    assert "20 May 2026 Refund for credit note CN-1 €11.90 €0.00" in said
    assert "Total of the period €130.90 €130.90" in said
    assert "Closing balance US$0.00" in said or "Closing balance $0.00" in said
    assert "30 Apr" not in said
    assert "Invoice 4" not in said


@pytest.mark.feature("M02")
def test_a_statement_speaks_the_language_that_is_asked_for(
    client: FlaskClient, database: Database, vendor: str, office: PassportOffice, work: Callable[[], int]
) -> None:
    issued(database, vendor, paid("2026-05-03", currency="EUR"))
    anna = office.customer("cus_anna", vendor=vendor)

    statement = ask(client, anna, url=URL, period="2026", locale="de")
    work()
    said = words(fetched(client, anna, statement).data)

    assert "Anfangssaldo 0,00 €" in said
    assert statement["file_name"] == "Kontoauszug-2026.pdf"


@pytest.mark.feature("M02")
def test_a_key_says_whose_and_nothing_moved_is_said(
    client: FlaskClient, database: Database, vendor: str, office: PassportOffice
) -> None:
    issued(database, vendor, paid("2026-05-03"))
    key = office.key("statements:read", "statements:write", vendor=vendor)

    whose = client.post(URL, json={"period": "2026"}, headers=key)
    empty = client.post(URL, json={"period": "2025", "customer": "cus_anna"}, headers=key)
    made = ask(client, key, url=URL, period="2026", customer="cus_anna")

    assert (whose.status_code, whose.json["errors"][0]["field"]) == (422, "customer")
    assert (empty.status_code, empty.json["code"]) == (409, "period_empty")
    assert [each["id"] for each in client.get(f"{URL}?customer=cus_anna", headers=key).json["data"]] == [made["id"]]
    assert client.get(f"{URL}?customer=cus_bert", headers=key).json["data"] == []
    archives = office.key("invoice_archives:read", vendor=vendor)
    assert client.get(f"/v1/invoice_archives/{made['id']}", headers=archives).status_code == 404
    assert client.get(URL, headers=archives).status_code == 403
