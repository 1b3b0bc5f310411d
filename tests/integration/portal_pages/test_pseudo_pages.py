"""Every page in a language longer than any: it fits 320 px, and all that is said comes from the catalogs."""

import re
from typing import Final

import pytest
from playwright.sync_api import Page

from shared import i18n
from shared.i18n import name_of
from tests.integration.portal_pages.conftest import Visitor
from tests.integration.portal_pages.furnished import furnish
from tests.support.browser import Visit, scrolls_sideways
from tests.support.pseudo import outside, pseudo
from tests.support.served import HOST, serve

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True, scope="module")
SAID: Final = """() => [document.body.innerText, document.title, ...[...document.querySelectorAll("body *")].flatMap(
  part => ["aria-label", "title", "placeholder", "alt"].map(name => part.getAttribute(name) || ""))].join("\\n")"""
OF_THE_DATA: Final = re.compile(
    r"(Larkfield|\bStudio\b|ada@example\.com|\bVisa\b|\bBursar\b|\bPDF\b|\bseat\b|\b(req|sub|pay|cus)_\w+|\b[0-9A-Z]{10}\b"
    r"|\b\d{1,2} [A-Z][a-z]+ \d{4}\b|\b[A-Z][a-z]{2,8} \d{4}\b)"
)
WORD: Final = re.compile(r"[^\W\d_]{2,}")


@pytest.fixture
def in_pseudo(monkeypatch: pytest.MonkeyPatch) -> None:
    """English reads like that from here on."""
    texts = pseudo(i18n.catalog("en"))
    real = i18n.catalog
    monkeypatch.setattr(i18n, "catalog", lambda language: texts if language == "en" else real(language))


def unsaid(page: Page) -> list[str]:
    """Words that no catalog said, but for names of things, people and languages."""
    said = outside(page.evaluate(SAID))
    countries = i18n.locale_of("en").territories.values()
    for name in sorted({*map(name_of, i18n.LANGUAGES), *countries}, key=len, reverse=True):
        said = said.replace(name, " ")
    return WORD.findall(OF_THE_DATA.sub(" ", said))


@pytest.mark.usefixtures("in_pseudo")
@pytest.mark.feature("I02")
def test_every_page_fits_and_speaks_from_the_catalogs(visitor: Visitor, visit: Visit) -> None:
    paths = furnish(visitor)
    page = visit()
    page.set_viewport_size({"width": 320, "height": 640})
    serve(page, visitor)
    wrong = {}

    for path in paths:
        page.goto(HOST + visitor.home + path)
        found = (unsaid(page), scrolls_sideways(page))
        if found != ([], False):
            wrong[path] = found

    assert "[Bîļļîñĝ" in page.goto(HOST + visitor.home).text()
    assert wrong == {}
