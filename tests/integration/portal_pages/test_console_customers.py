"""The console's customers: found by what they are known by, looked at, acted for; page, file and API agree."""

import csv
import io
import re
from typing import Any

import pytest

from tests.integration.portal.refunding import charged
from tests.integration.portal.shop import Shop
from tests.integration.portal_pages.console import Staff

PAGE = "/console/customers"


@pytest.fixture
def people(staff: Staff) -> dict[str, dict[str, Any]]:
    """Three customers; Ada has a plan."""
    shop = staff.shop
    ada = shop.customer("ada@tessaly.example", display_name="Ada 100% Byron", company="Tessaly", reference="A-1")
    bert = shop.customer("bert_b@larkfield.example", display_name="Bert", company="Tessaly Nord", reference="B_2")
    shop.customer("carla@other.example", display_name="Carla")
    return {"ada": ada, "bert": bert, "subscription": shop.subscription(customer=ada)}


def found(staff: Staff, query: str) -> list[str]:
    """The addresses in the file of what the address asks for; the page and the API have the same."""
    answer = staff.get(f"{PAGE}/list.csv?{query}")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert re.findall(r'<tr id="(cus_\w+)"', staff.get(f"{PAGE}?{query}").text) == [row["id"] for row in rows]
    listed = staff.shop.get(f"/v1/customers?{query.replace('q=', 'search=')}")["data"]
    assert [each["id"] for each in listed] == [row["id"] for row in rows]
    return [row["email"].split("@")[0] for row in rows]


@pytest.mark.feature("J03")
@pytest.mark.parametrize(
    ("query", "who"),
    [
        ("q=ada@tes", ["ada"]),
        ("q=ADA", ["ada"]),
        ("q=tessaly", ["bert_b", "ada"]),
        ("q=b_2", ["bert_b"]),
        ("q=b%25", []),  # what the visitor types is no pattern
        ("q=ad_", []),
        ("q=Ada+100%25", ["ada"]),
        ("q=nobody", []),
        ("q=byr", ["ada"]),  # any word of a name, or of a company, in any order
        ("q=BYRON+ada", ["ada"]),
        ("q=nord+ber", ["bert_b"]),
        ("q=yron", []),
        ("q=byron+bert", []),
        ("q=byr%25", []),
        ("status=active", ["ada"]),
        ("status=past_due", []),
        ("q=tessaly&status=active", ["ada"]),
    ],
)
def test_found_by_the_beginning_of_what_they_are_known_by(
    staff: Staff, people: dict[str, dict[str, Any]], query: str, who: list[str]
) -> None:
    assert found(staff, query) == who


@pytest.mark.feature("J03")
def test_found_by_id_order_and_subscription(staff: Staff, people: dict[str, dict[str, Any]]) -> None:
    running, paid = people["subscription"], staff.shop.payment(people["bert"])
    number = paid["order_number"]

    assert found(staff, f"q={people['bert']['id']}") == ["bert_b"]
    assert found(staff, f"q={running['id']}") == ["ada"]
    assert found(staff, f"q={running['order_number']}") == ["ada"]
    assert found(staff, f"q={number[:5].lower()}-{number[5:]}") == ["bert_b"]
    assert found(staff, f"q={number[:5]}") == []
    assert found(staff, f"plan={running['plan']}") == ["ada"]


def test_more_than_a_page_is_turned_over(staff: Staff) -> None:
    for number in range(60):
        staff.shop.customer(f"many{number}@example.com")

    first = staff.get(f"{PAGE}?q=many").text
    older = re.search(r'href="([^"]+)" rel="next"', first)
    assert older is not None
    second = staff.get(older[1].replace("&amp;", "&")).text

    assert (first.count("<tr id="), second.count("<tr id=")) == (50, 10)
    assert 'rel="prev"' in second
    assert "q=many" in older[1]


@pytest.mark.feature("J03")
def test_the_page_of_a_customer_has_what_there_is(staff: Staff, people: dict[str, dict[str, Any]]) -> None:
    staff.shop.payment(people["ada"], description="A box of reeds")
    page = staff.get(f"{PAGE}/{people['ada']['id']}").text

    for words in ("Ada 100% Byron", "ada@tessaly.example", "A-1", "A box of reeds", "Customer made"):
        assert words in page, words
    assert people["subscription"]["order_number"] in page
    assert f"/console/access/customers/{people['ada']['id']}" in page
    assert "They may cancel." in page
    assert "Decided by" in page


def test_who_decides_is_named(staff: Staff, people: dict[str, dict[str, Any]]) -> None:
    staff.shop.patch(f"/v1/subscriptions/{people['subscription']['id']}", {"cancel": "deny"})

    page = staff.get(f"{PAGE}/{people['ada']['id']}").text

    assert "They may not cancel." in page
    assert "Decided by this subscription." in page


@pytest.mark.feature("J03")
def test_acting_shows_first_and_does_it_then(staff: Staff, people: dict[str, dict[str, Any]]) -> None:
    helper = Staff(shop=staff.shop, browser=staff.browser, role="support")
    running = people["subscription"]["id"]
    at = f"{PAGE}/{people['ada']['id']}/subscriptions/{running}"

    shown = helper.get(f"{at}/cancel").text
    assert "What will happen" in shown
    assert state(staff.shop, running) == "active"
    assert helper.post(f"{at}/cancel", {"timing": "at_period_end"}).status_code == 303
    assert state(staff.shop, running) == "canceled"
    assert "The subscription is canceled." in helper.get(f"{PAGE}/{people['ada']['id']}?done=cancel").text
    assert "as if it had not been canceled" in helper.get(f"{at}/undo_cancel").text
    assert helper.post(f"{at}/undo_cancel").status_code == 303
    assert state(staff.shop, running) == "active"

    assert "Pause the subscription" in helper.get(f"{at}/pause").text
    assert helper.post(f"{at}/pause").status_code == 303
    assert "Resume the subscription" in helper.get(f"{at}/resume").text
    assert helper.post(f"{at}/resume").status_code == 303
    newest = staff.shop.get(f"/v1/action_log?object={running}")["data"][0]
    assert (newest["actor_kind"], newest["actor_id"]) == ("staff", "usr_1")
    assert helper.get(f"{at}/explode").status_code == 404
    assert helper.post(f"{at}/resume").status_code == 409  # it is not paused: said on the customer's page


@pytest.mark.feature("J03")
def test_a_refund_is_shown_and_given_once(staff: Staff, people: dict[str, dict[str, Any]]) -> None:
    paid = charged(staff.shop, people["ada"]["id"])
    at = f"{PAGE}/{people['ada']['id']}/payments/{paid}/refund"

    shown = staff.get(at).text
    effect = re.search(r'name="effect" value="(\w+)"', shown)
    assert effect is not None
    answers = [staff.post(at, {"effect": effect[1]}).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert len(staff.shop.get(f"/v1/refunds?payment={paid}")["data"]) == 1
    again = staff.get(at)
    assert again.status_code == 409
    assert "given back" in again.text


def test_nobody_elses_customer_is_found_or_acted_for(
    staff: Staff, people: dict[str, dict[str, Any]], other: Shop
) -> None:
    stranger = Staff(shop=other, browser=staff.browser, role="owner")
    at, running = f"{PAGE}/{people['ada']['id']}", people["subscription"]["id"]
    live = Staff(shop=staff.shop.live(), browser=staff.browser, role="owner")
    bert = f"{PAGE}/{people['bert']['id']}"

    for somebody in (stranger, live):
        assert "<tr id=" not in somebody.get(f"{PAGE}?q=ada").text
        assert somebody.get(f"{PAGE}?q={running}").text.count("<tr id=") == 0
        for path in ("", f"/subscriptions/{running}/cancel"):
            assert somebody.get(f"{at}{path}").status_code == 404
        assert somebody.post(f"{at}/subscriptions/{running}/cancel").status_code == 404
    assert staff.post(f"{bert}/subscriptions/{running}/cancel").status_code == 404
    assert state(staff.shop, running) == "active"


def state(shop: Shop, subscription: str) -> str:
    found: str = shop.get(f"/v1/subscriptions/{subscription}")["status"]
    return found
