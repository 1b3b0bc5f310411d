"""Where the help icon leads, and when there is none."""

import pytest

from services.portal.rules.support.help_icon import Desk, Help, decide


def desk(**more: object) -> Desk:
    given = {"is_closed": False, "url": None, "portal": None, "is_own": False, **more}
    return Desk(**given)  # type: ignore[arg-type]


def test_a_helpdesk_elsewhere_wins_over_a_portal() -> None:
    assert decide(desk(url="https://help.shop.example/", portal="shop")) == Help(url="https://help.shop.example/")


def test_a_helpdesk_of_ours_leads_to_its_own_portal_or_to_the_tickets_of_another() -> None:
    assert decide(desk(portal="shop-help", is_own=True)) == Help(portal="shop-help")
    assert decide(desk(portal="shop")) == Help(portal="shop", path="/tickets")


@pytest.mark.parametrize(
    "more",
    [
        {"is_closed": True, "url": "https://help.shop.example/", "portal": "shop"},
        {},
        {"url": "http://help.shop.example/"},
    ],
)
def test_a_closed_one_and_one_that_nothing_leads_to_has_no_icon(more: dict[str, object]) -> None:
    assert decide(desk(**more)) is None


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://", "https://[", "//help.example", "data:text/html,x"])
def test_only_an_https_address_is_one(url: str) -> None:
    assert decide(desk(url=url)) is None
