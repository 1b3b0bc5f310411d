"""Which invoices are listed: all, those of the subscription being viewed, none; of a year, in a state, by words."""

from typing import Any

import pytest

from tests.integration.portal.shop import ago
from tests.integration.portal_pages.conftest import Visitor, invoiced
from tests.integration.portal_pages.test_scope_pages import URL, bought


def history(visitor: Visitor, **change: Any) -> None:
    """Set `features.invoice_history` of the portal that the visitor is in."""
    [portal] = [each for each in visitor.shop.get(URL)["data"] if each["slug"] == visitor.shop.portal]
    visitor.shop.patch(f"{URL}/{portal['id']}", {"features": {"invoice_history": change}})


@pytest.mark.feature("E03")
def test_with_scope_subscription_each_shows_its_own_and_one_time_ones_are_nowhere(visitor: Visitor) -> None:
    music, books = bought(visitor, "Music"), bought(visitor, "Books")
    once = invoiced(visitor.shop, visitor.customers[0], number="NO-Once")
    history(visitor, enabled=True, scope="subscription")

    overview, unasked = visitor.get().text, visitor.get("/invoices").text
    page = visitor.get(f"/subscriptions/{music['id']}").text
    of_music = visitor.get(f"/invoices?subscription={music['id']}").text

    for shown in (overview, unasked):
        assert not {number for number in ("NO-Music", "NO-Books", "NO-Once") if number in shown}
    assert "Which subscription?" in unasked
    assert f"subscription={books['id']}" in unasked
    for shown in (page, of_music):
        assert "NO-Music" in shown
        assert "NO-Books" not in shown
        assert "NO-Once" not in shown
    assert visitor.get(f"/invoices/{music['invoice']}/pdf").status_code == 200
    assert visitor.get(f"/invoices/{once}/pdf").status_code == 404


@pytest.mark.feature("E03")
def test_with_scope_subscription_the_only_one_needs_no_choice(visitor: Visitor) -> None:
    bought(visitor, "Music")
    invoiced(visitor.shop, visitor.customers[0], number="NO-Once")
    history(visitor, enabled=True, scope="subscription")

    for page in (visitor.get().text, visitor.get("/invoices").text):
        assert "NO-Music" in page
        assert "NO-Once" not in page


@pytest.mark.feature("E03")
def test_with_scope_all_one_time_ones_are_there_too(visitor: Visitor) -> None:
    bought(visitor, "Music")
    invoiced(visitor.shop, visitor.customers[0], number="NO-Once")

    for page in (visitor.get().text, visitor.get("/invoices").text):
        assert "NO-Music" in page
        assert "NO-Once" in page


@pytest.mark.feature("E01")
def test_switched_off_there_is_no_list_and_no_document(visitor: Visitor) -> None:
    music = bought(visitor, "Music")
    history(visitor, enabled=False)

    assert "NO-Music" not in visitor.get().text
    assert "NO-Music" not in visitor.get(f"/subscriptions/{music['id']}").text
    assert visitor.get("/invoices").status_code == 403
    assert visitor.get(f"/invoices/{music['invoice']}/pdf").status_code == 403
    assert visitor.invoices.asked == 0


@pytest.mark.feature("E02")
def test_a_year_a_state_and_words_narrow_the_list(visitor: Visitor) -> None:
    customer = visitor.customers[0]
    for number, days in (("NO-NEW", 1), ("NO-OLD", 500)):
        invoiced(visitor.shop, customer, number=number, days_ago=days, description=f"About {number}")
    year = ago(days=500)[:4]

    def found(query: str) -> set[str]:
        page = visitor.get(f"/invoices?{query}").text
        return {number for number in ("NO-NEW", "NO-OLD") if f">{number}<" in page}

    assert found("") == {"NO-NEW", "NO-OLD"}
    assert found(f"year={year}") == {"NO-OLD"}
    assert found("q=about+no-new") == {"NO-NEW"}
    assert found("q=%25") == set()
    assert found("status=open") == set()
    assert found("status=paid") == {"NO-NEW", "NO-OLD"}
    assert found("year=99999999999999999999&status=x") == {"NO-NEW", "NO-OLD"}
    assert "Nothing found" in visitor.get("/invoices?q=zzz").text


@pytest.mark.feature("C01")
def test_a_subscription_has_a_page_with_its_next_invoice_and_what_happened(visitor: Visitor) -> None:
    music = bought(visitor, "Music")
    stranger = visitor.shop.subscription(customer=visitor.shop.customer("eve@example.com"))

    page = visitor.get(f"/subscriptions/{music['id']}").text

    assert "Next invoice" in page
    assert music["order_number"] in page
    assert "What happened" in page
    assert visitor.get(f"/subscriptions/{stranger['id']}").status_code == 404


@pytest.mark.feature("I05")
def test_the_accessibility_statement_is_open_to_everybody_and_linked_from_each_page(visitor: Visitor) -> None:
    address = f"/p/{visitor.shop.portal}/accessibility"

    statement = visitor.browser.get(address)

    assert statement.status_code == 200
    assert "WCAG" in statement.text
    assert f'href="{address}"' in visitor.get().text
    assert visitor.browser.get("/p/no-such-portal/accessibility").status_code == 404
