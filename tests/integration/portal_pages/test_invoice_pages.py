"""The invoice history and its documents, also while the invoices service is away."""

import pytest

from tests.integration.portal_pages.conftest import Visitor, invoiced


@pytest.mark.feature("E02")
def test_the_newest_three_stand_on_the_overview_and_all_on_their_own_page(visitor: Visitor) -> None:
    for number in range(30):
        invoiced(visitor.shop, visitor.customers[0], number=f"INV-{number:03}", days_ago=number)

    overview, first = visitor.get().text, visitor.get("/invoices").text
    older = first.split('rel="next">')[0].rsplit('href="', 1)[1].split('"')[0]
    last = visitor.browser.get(older, headers=visitor._passport()).text

    assert [f"INV-{number:03}" in overview for number in range(5)] == [True, True, True, False, False]
    assert "See all 30 invoices" in overview
    assert overview.count("Order ") == 3
    assert "INV-024" in first
    assert "INV-025" not in first
    assert "INV-029" in last
    assert 'rel="next"' not in last


def test_a_foreign_cursor_is_not_found(visitor: Visitor) -> None:
    stranger = visitor.shop.customer("eve@example.com")
    foreign = invoiced(visitor.shop, stranger["id"])

    assert visitor.get(f"/invoices?after={foreign}").status_code == 404
    assert visitor.get("/invoices?after=" + "x" * 500).status_code == 404


def test_names_of_all_scripts_are_shown_as_they_are_and_never_as_markup(visitor: Visitor) -> None:
    invoiced(visitor.shop, visitor.customers[0], description="東京 <script>alert(1)</script> عربى")

    page = visitor.get("/invoices").text

    assert "東京 &lt;script&gt;alert(1)&lt;/script&gt; عربى" in page


@pytest.mark.feature("E01")
def test_the_document_comes_as_a_file(visitor: Visitor) -> None:
    document = invoiced(visitor.shop, visitor.customers[0])

    answer = visitor.get(f"/invoices/{document}/pdf")

    assert (answer.status_code, answer.content_type, answer.data) == (200, "application/pdf", b"%PDF-1.7")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="INV-1.pdf"'
    assert "no-store" in answer.headers["Cache-Control"]


def test_without_the_invoices_service_the_page_says_so_and_the_rest_goes_on(visitor: Visitor) -> None:
    document = invoiced(visitor.shop, visitor.customers[0])
    visitor.invoices.is_away = True

    answer, overview, history = visitor.get(f"/invoices/{document}/pdf"), visitor.get(), visitor.get("/invoices")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "back shortly" in answer.text
    assert [overview.status_code, history.status_code] == [200, 200]
    assert "INV-1" in history.text
