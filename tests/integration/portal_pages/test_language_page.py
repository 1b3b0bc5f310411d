"""The language that somebody chooses from the menu: kept with the customer, in the browser, on every page after."""

import pytest

from shared.events import CustomerUpdated
from tests.integration.portal_pages.conftest import Visitor


def choose(visitor: Visitor, locale: str, page: str = "/invoices") -> str:
    answer = visitor.post("/language", {**visitor.hidden(""), "locale": locale, "page": page})
    assert answer.status_code == 303
    return answer.headers["Location"]


def lang(visitor: Visitor, **headers: str) -> str:
    return visitor.get("", **headers).headers["Content-Language"]


@pytest.mark.feature("I01")
def test_a_chosen_language_is_kept_with_the_customer_and_told(visitor: Visitor) -> None:
    assert choose(visitor, "de") == f"{visitor.home}/invoices"

    assert lang(visitor) == "de"
    profile = visitor.shop.get(f"/v1/customers/{visitor.customers[0]}")
    assert profile["locale"] == "de"
    told = [each for each in visitor.shop.said(CustomerUpdated) if each.customer == visitor.customers[0]]
    assert [each.locale for each in told] == ["de"]


def test_what_is_on_file_counts_before_what_the_browser_wishes_and_a_choice_before_both(visitor: Visitor) -> None:
    visitor.shop.patch(f"/v1/customers/{visitor.customers[0]}", {"locale": "de-AT"})

    assert lang(visitor, **{"Accept-Language": "en"}) == "de"
    assert visitor.get("?locale=en").headers["Content-Language"] == "en"


def test_a_viewer_may_choose_and_those_who_act_for_a_customer_choose_for_themselves(visitor: Visitor) -> None:
    visitor.assurance = "viewer"
    choose(visitor, "de")
    assert visitor.shop.get(f"/v1/customers/{visitor.customers[0]}")["locale"] == "de"

    visitor.more |= {"delegate": "dlg_1", "role": "viewer"}
    choose(visitor, "en")

    assert lang(visitor) == "en"
    assert visitor.shop.get(f"/v1/customers/{visitor.customers[0]}")["locale"] == "de"


def test_a_language_that_there_is_not_changes_nothing(visitor: Visitor) -> None:
    answer = visitor.post("/language", {**visitor.hidden(""), "locale": "tlh", "page": ""})

    assert answer.status_code == 422
    assert visitor.shop.get(f"/v1/customers/{visitor.customers[0]}")["locale"] is None


@pytest.mark.parametrize("page", ["https://evil.example", "//evil.example", "/../../v1", "/a?b=c", "/a\r\nb", "\\evil"])
def test_it_leads_back_into_the_portal_and_nowhere_else(visitor: Visitor, page: str) -> None:
    location = choose(visitor, "de", page)

    assert location == visitor.home


@pytest.mark.feature("I01", "I02")
def test_the_browsers_wish_counts_where_it_is_looked_at_and_else_the_portals_language(visitor: Visitor) -> None:
    (portal,) = visitor.shop.get("/v1/portal_configurations?is_default=true")["data"]
    at = f"/v1/portal_configurations/{portal['id']}"
    visitor.shop.patch(at, {"languages": {"default_locale": "pt-BR"}})

    assert lang(visitor, **{"Accept-Language": "no-NO, de;q=0.5"}) == "nb"
    assert lang(visitor, **{"Accept-Language": "tlh"}) == "pt-BR"

    visitor.shop.patch(at, {"languages": {"auto_detect": False}})

    assert lang(visitor, **{"Accept-Language": "de"}) == "pt-BR"
    assert visitor.get("?locale=fr").headers["Content-Language"] == "fr"
