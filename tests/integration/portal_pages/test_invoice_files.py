"""Finding invoices by year, state, number and amount, and taking what was found along as CSV and JSON."""

import csv
import io
from typing import Any

import pytest

from tests.integration.portal.shop import ago
from tests.integration.portal_pages.conftest import Visitor, invoiced
from tests.integration.portal_pages.test_invoice_choice_pages import history


def rows(visitor: Visitor, query: str = "") -> list[dict[str, Any]]:
    """The CSV's lines, and that the JSON has the same ones and the page no others."""
    table, objects = visitor.get(f"/invoices/invoices.csv?{query}"), visitor.get(f"/invoices/invoices.json?{query}")
    assert (table.status_code, table.mimetype) == (200, "text/csv")
    assert table.data.startswith("\ufeff".encode())
    found = list(csv.DictReader(io.StringIO(table.data.decode("utf-8-sig"))))
    assert [each["number"] for each in objects.json["data"]] == [each["number"].lstrip("'") for each in found]
    page = visitor.get(f"/invoices?{query}").text
    assert all(f">{each['number'].lstrip(chr(39))}<" in page for each in found)
    return found


@pytest.mark.feature("E10")
def test_the_filter_of_the_page_feeds_both_files(visitor: Visitor) -> None:
    customer = visitor.customers[0]
    invoiced(visitor.shop, customer, number="NO-1", days_ago=1)
    invoiced(visitor.shop, customer, number="NO-2", days_ago=500, net=2354, tax=447, total=2801)
    invoiced(visitor.shop, customer, number="NO-3", days_ago=2, status="open", net=90, tax=0, total=90, currency="JPY")
    invoiced(visitor.shop, visitor.shop.customer("eve@example.com")["id"], number="NO-EVE")

    def numbers(query: str) -> list[str]:
        return [each["number"] for each in rows(visitor, query)]

    assert numbers("") == ["NO-1", "NO-3", "NO-2"]
    assert numbers(f"year={ago(days=500)[:4]}") == ["NO-2"]
    assert numbers("status=open") == ["NO-3"]
    assert numbers("q=no-2") == ["NO-2"]
    assert numbers("least=12.90&most=28.01") == ["NO-1", "NO-2"]
    assert numbers("least=12.91") == ["NO-3", "NO-2"]
    assert numbers("most=12.9&status=paid") == ["NO-1"]
    assert numbers("least=abc&most=-5") == ["NO-1", "NO-3", "NO-2"]
    assert numbers("least=1e400") == ["NO-1", "NO-3", "NO-2"]


@pytest.mark.feature("E10")
def test_amounts_are_read_as_the_reader_s_language_writes_them(visitor: Visitor) -> None:
    invoiced(visitor.shop, visitor.customers[0], number="NO-1", net=123450, tax=0, total=123450)
    language = {"Accept-Language": "de"}

    found = visitor.get("/invoices/invoices.csv?least=1.234,50", **language).text
    missed = visitor.get("/invoices/invoices.csv?least=1.234,51", **language).text

    assert "NO-1" in found
    assert "NO-1" not in missed


@pytest.mark.feature("E10")
def test_the_files_say_what_the_page_says_and_no_cell_is_a_formula(visitor: Visitor) -> None:
    invoiced(visitor.shop, visitor.customers[0], number="=1+1", description='@SUM(A1), "東京"\n-2', days_ago=3)

    [row] = rows(visitor)
    [said] = visitor.get("/invoices/invoices.json").json["data"]

    assert (row["number"], row["description"]) == ("'=1+1", '\'@SUM(A1), "東京"\n-2')
    assert (row["net"], row["tax"], row["total"], row["currency"]) == ("10.84", "2.06", "12.90", "EUR")
    assert row["date"] == ago(days=3)[:10]
    assert (said["number"], said["description"]) == ("=1+1", '@SUM(A1), "東京"\n-2')
    assert (said["net"], said["tax"], said["total"], said["currency"]) == (1084, 206, 1290, "EUR")


@pytest.mark.feature("E10")
def test_the_files_are_made_of_what_the_list_may_show(visitor: Visitor) -> None:
    invoiced(visitor.shop, visitor.customers[0], number="NO-1")
    visitor.invoices.is_away = True

    away = visitor.get("/invoices/invoices.csv")
    history(visitor, enabled=False)

    assert (away.status_code, "NO-1" in away.text) == (200, True)
    assert away.headers["Content-Disposition"] == 'attachment; filename="invoices.csv"'
    assert "no-store" in away.headers["Cache-Control"]
    assert [visitor.get(f"/invoices/invoices.{kind}").status_code for kind in ("csv", "json")] == [403, 403]
