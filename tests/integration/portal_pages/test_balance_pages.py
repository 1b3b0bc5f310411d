"""A customer's credit as they see it, and as the vendor's people grant it and take it back."""

import re
from datetime import timedelta
from typing import Any

import pytest

from shared import clock
from tests.integration.portal.shop import Shop
from tests.integration.portal.test_wallet import balance, grant
from tests.integration.portal_pages.conftest import Visitor
from tests.integration.portal_pages.console import Staff

PAGE = "/console/customers"


@pytest.fixture
def ada(staff: Staff) -> str:
    return str(staff.shop.customer("ada@tessaly.example")["id"])


def form(staff: Staff, at: str, **typed: str) -> dict[str, str]:
    """What the page's form sends, filled in."""
    effect = re.search(r'name="effect" value="(\w+)"', staff.get(at).text)
    assert effect is not None
    filled = {"amount": "12.50", "currency": "EUR", "description": "Sorry for the wait", **typed}
    return {"effect": effect[1], **{f"credit.{name}": value for name, value in filled.items()}}


@pytest.mark.feature("C27")
def test_the_page_says_what_is_left_and_how_it_came_about(visitor: Visitor) -> None:
    assert "/balance" not in visitor.get().text
    grant(visitor.shop, visitor.customers[0], 1250, description="<b>Sorry</b>")
    grant(visitor.shop, visitor.customers[0], 300, currency="USD")

    shown = visitor.get("/balance").text

    assert f'href="{visitor.home}/balance"' in visitor.get().text
    assert re.findall(r'data-left="(\w+)">([^<]+)', shown) == [("EUR", "€12.50"), ("USD", "$3.00")]
    assert re.findall(r'data-moved="(\w+)"', shown) == ["granted", "granted"]
    assert "&lt;b&gt;Sorry&lt;/b&gt;" in shown


@pytest.mark.feature("C27")
def test_a_customer_sees_nobody_elses_credit(visitor: Visitor) -> None:
    stranger = visitor.shop.customer("else@tessaly.example")["id"]
    theirs = grant(visitor.shop, stranger, 999)["id"]

    assert "€9.99" not in visitor.get("/balance").text
    assert "There is nothing to your credit" in visitor.get("/balance").text
    assert visitor.get(f"/balance?after={theirs}").status_code == 404


@pytest.mark.feature("C27")
@pytest.mark.parametrize("count", [50, 51])
def test_a_long_history_has_pages(visitor: Visitor, count: int) -> None:
    for _ in range(count):
        grant(visitor.shop, visitor.customers[0], 1)

    first = visitor.get("/balance").text
    older = re.search(r'href="[^"]+(/balance\?after=\w+)"', first)

    assert first.count("data-moved") == 50
    assert (older is not None) == (count > 50)
    if older is not None:
        assert visitor.get(older[1]).text.count("data-moved") == 1


@pytest.mark.feature("C27")
def test_the_form_sent_twice_grants_once_and_what_is_left_goes_back(staff: Staff, ada: str) -> None:
    at = f"{PAGE}/{ada}/credit"
    filled = form(staff, at)

    answers = [staff.post(at, filled).status_code for _ in range(2)]
    (made,) = staff.shop.get(f"/v1/credits?customer={ada}")["data"]
    shown = staff.get(at).text
    back = staff.post(f"{at}/{made['id']}/withdrawal")
    again = staff.post(f"{at}/{made['id']}/withdrawal")

    assert answers == [303, 303]
    assert (made["amount"], made["currency"], made["description"]) == (1250, "EUR", "Sorry for the wait")
    assert f'data-credit="{made["id"]}"' in shown
    assert (back.status_code, again.status_code) == (303, 409)
    assert balance(staff.shop, ada) == {}
    assert "Only what is left of credit that you granted" in again.text


@pytest.mark.feature("C27")
@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ({"amount": ""}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": "1,5"}, "amount"),
        ({"amount": "1.555"}, "amount"),
        ({"amount": "-3"}, "amount"),
        ({"currency": "XXX"}, "currency"),
        ({"description": ""}, "description"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_at_its_field(staff: Staff, ada: str, typed: dict[str, str], at: str) -> None:
    page = f"{PAGE}/{ada}/credit"

    answer = staff.post(page, form(staff, page, **typed))

    assert answer.status_code == 422
    assert f'id="f-credit.{at}-error"' in answer.text
    assert staff.shop.get("/v1/credits")["data"] == []


@pytest.mark.feature("C27")
def test_an_old_sign_in_and_other_vendors_grant_nothing(staff: Staff, ada: str, other: Shop) -> None:
    at = f"{PAGE}/{ada}/credit"
    filled = form(staff, at)
    made = grant(staff.shop, ada, 100)["id"]
    late = Staff(shop=staff.shop, browser=staff.browser, proven_at=clock.now() - timedelta(hours=1))
    stranger = Staff(shop=other, browser=staff.browser, role="owner")
    somebody: dict[str, Any] = other.customer("bert@tessaly.example")

    for path in (at, f"{at}/{made}/withdrawal"):
        late.post(path, filled)
    answers = [
        stranger.post(path, filled).status_code
        for path in (at, f"{at}/{made}/withdrawal", f"{PAGE}/{somebody['id']}/credit/{made}/withdrawal")
    ]

    assert answers == [404] * 3
    assert stranger.get(at).status_code == 404
    assert balance(staff.shop, ada) == {"EUR": 100}
