"""The console's search: a word leads to what it names, of the own vendor and mode alone, and to pages the role sees."""

import re
from dataclasses import replace
from typing import Any

import pytest

from shared.web.app import App
from tests.integration.portal.refunding import charged
from tests.integration.portal.shop import Shop
from tests.integration.portal_pages.console import Staff

PAGE = "/console/search"


@pytest.fixture
def things(staff: Staff) -> dict[str, Any]:
    """A customer of each kind of thing."""
    shop = staff.shop
    ada = shop.customer("ada@tessaly.example", display_name="Ada 100% Byron", company="Tessaly", reference="A-1")
    shop.customer("bert@larkfield.example", display_name="Bert")
    subscription = shop.subscription(customer=ada)
    ticket = shop.post("/v1/tickets", {"customer": ada["id"], "subject": "Where is it?", "message": "Hello"})
    return {
        "customer": ada["id"],
        "subscription": subscription["id"],
        "order": subscription["order_number"],
        "plan": subscription["plan"],
        "payment": charged(shop, ada["id"]),
        "ticket": ticket["id"],
    }


def ways(staff: Staff, words: str, **headers: str) -> list[str]:
    """Where the search leads to, without the lists that are searched elsewhere."""
    answer = staff.browser.get(PAGE, query_string={"q": words}, headers={**staff._passport(), **headers})
    assert answer.status_code == 200
    paths = re.findall(r'class="search-way" href="([^"]+)"', answer.text)
    return [path for path in paths if "?q=" not in path]


@pytest.mark.feature("J03")
@pytest.mark.parametrize("words", ["ada@tes", "ADA", "ada 100%", "tessaly", "a-1"])
def test_a_customer_is_found_by_the_beginning_of_what_they_are_known_by(
    staff: Staff, things: dict[str, Any], words: str
) -> None:
    assert ways(staff, words) == [f"/console/customers/{things['customer']}"]


def test_a_number_or_an_id_leads_to_the_thing(staff: Staff, things: dict[str, Any]) -> None:
    customer = f"/console/customers/{things['customer']}"
    order = things["order"]

    assert ways(staff, things["customer"]) == [customer]
    assert f"{customer}#{things['subscription']}" in ways(staff, f"{order[:5].lower()}-{order[5:]}")
    assert f"{customer}#{things['subscription']}" in ways(staff, things["subscription"])
    assert ways(staff, things["payment"]) == [f"{customer}#payments"]
    assert ways(staff, things["ticket"]) == [f"/console/tickets/{things['ticket']}"]
    assert ways(staff, things["plan"]) == [f"/console/catalog/plans/{things['plan']}"]


def test_plans_and_portals_are_found_by_name(staff: Staff, things: dict[str, Any], portal: str) -> None:
    plan = staff.shop.get(f"/v1/plans/{things['plan']}")
    configuration = staff.shop.get(f"/v1/portal_configurations/{portal}")

    assert f"/console/catalog/plans/{plan['id']}" in ways(staff, plan["name"].lower())
    for words in (configuration["display_name"], configuration["slug"], portal):
        assert f"/console/portals/{portal}" in ways(staff, words)


@pytest.mark.parametrize("words", ["%", "_", "a%", "\x00", "'", "x" * 300, "b", "cus_", "nobody at all"])
def test_what_is_typed_is_no_pattern_and_finds_nothing_else(staff: Staff, things: dict[str, Any], words: str) -> None:
    assert not [path for path in ways(staff, words) if things["customer"] in path]


def test_pages_are_found_by_their_name_and_only_those_the_role_sees(staff: Staff) -> None:
    assert "/console/invoices/ledger" in ways(staff, "invoices NUMBERS")
    assert "/console/messages/texts" in ways(staff, "messages texts")
    assert "/console/access/keys" in ways(staff, "")
    assert "/console/access/keys" not in ways(replace(staff, role="read_only"), "")
    german = staff.get(f"{PAGE}?q=tarife&locale=de").text
    assert 'href="/console/catalog/plans"' in german


def test_another_vendor_finds_nothing_of_ours(staff: Staff, things: dict[str, Any], other: Shop, app: App) -> None:
    stranger = Staff(shop=other, browser=app.test_client(), role="owner")
    for words in ("ada@tes", *(str(each) for each in things.values())):
        assert ways(stranger, words) == []


def test_the_dialog_gets_the_list_alone_and_other_lists_are_a_click_away(staff: Staff, things: dict[str, Any]) -> None:
    whole, part = staff.get(f"{PAGE}?q=ada"), staff.get(f"{PAGE}?q=ada%26x", **{"HX-Request": "true"})

    assert 'data-count="1 found"' in whole.text
    assert "<html" in whole.text
    assert "<html" not in part.text
    assert part.text.lstrip().startswith('<div class="search-found"')
    assert 'href="/console/invoices?q=ada%26x"' in part.text
    assert "Nothing here has this name or number." in part.text
    assert ways(staff, "ada", **{"HX-Request": "true"}) == [f"/console/customers/{things['customer']}"]
    assert "data-search" in staff.get("/console/portals").text
