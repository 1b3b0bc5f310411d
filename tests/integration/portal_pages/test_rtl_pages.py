"""Arabic and Hebrew: the page turns around, its arrows too; numbers, addresses and names keep their direction."""

from typing import Final

import pytest
from playwright.sync_api import Locator, Page

from shared.i18n import text
from tests.integration.portal_pages.conftest import Visitor
from tests.integration.portal_pages.furnished import furnish
from tests.support.browser import PHONE, Visit, scrolls_sideways, violations
from tests.support.served import HOST, serve

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True, scope="module")
RIGHT_TO_LEFT: Final = pytest.mark.parametrize("language", ["ar", "he"])


def left_of(part: Locator) -> float:
    box = part.bounding_box()
    assert box
    return box["x"]


def opened(visitor: Visitor, visit: Visit, language: str, path: str = "") -> Page:
    page = visit(language=language)
    serve(page, visitor)
    page.goto(HOST + visitor.home + path)
    assert page.evaluate("document.documentElement.dir") == "rtl"
    return page


@RIGHT_TO_LEFT
@pytest.mark.feature("I04", "M16")
def test_the_page_is_mirrored_and_its_arrows_with_it(visitor: Visitor, visit: Visit, language: str) -> None:
    paths = furnish(visitor)
    page = opened(visitor, visit, language)

    assert left_of(page.locator(".brand")) > left_of(page.locator(".shell-actions"))
    card = page.locator(".card").first
    assert left_of(card.locator("h2, h3").first) > left_of(card.locator(".pill").first)
    heads = page.locator(".table thead th").all()
    assert left_of(heads[0]) > left_of(heads[1])

    page.goto(HOST + visitor.home + next(each for each in paths if each.endswith("/change")))
    arrow = page.locator(".crumb .icon-directional").first
    assert arrow.evaluate("icon => getComputedStyle(icon).transform") == "matrix(-1, 0, 0, 1, 0, 0)"
    assert left_of(arrow) > left_of(page.locator(".crumb").first)


@RIGHT_TO_LEFT
@pytest.mark.feature("I04", "M16")
def test_every_page_in_it_fits_a_phone_and_axe_finds_nothing(visitor: Visitor, visit: Visit, language: str) -> None:
    paths = furnish(visitor)
    page = opened(visitor, visit, language)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    wrong = {}

    for path in paths:
        page.goto(HOST + visitor.home + path)
        found = (violations(page), scrolls_sideways(page))
        if found != ([], False):
            wrong[path] = found

    assert wrong == {}


@RIGHT_TO_LEFT
@pytest.mark.feature("I04", "M16")
def test_a_foreign_name_in_a_sentence_is_held_together(visitor: Visitor, visit: Visit, language: str) -> None:
    shop = visitor.shop
    plan = shop.plan(name="2 Cows (EU)")
    body = {"customer": visitor.customers[0], "plan": plan["id"]}
    made = shop.post("/v1/subscriptions", body, headers={"Idempotency-Key": "rtl"})

    page = opened(visitor, visit, language, f"/subscriptions/{made['id']}/cancellation")

    asked = page.get_by_role("heading", level=1)
    assert asked.inner_text() == text("portal.cancel.title", language, plan="\u20682 Cows (EU)\u2069")
