"""Mails in Arabic and Hebrew, as a mail program shows them: sentences, facts and the button run from the right."""

from typing import Final

import pytest
from playwright.sync_api import Locator

from services.notifications.adapters.mjml import Layout
from services.notifications.rules.messages import Kind
from tests.support.browser import Visit
from tests.unit.notifications.adapters.test_mjml import BRAND, FACTS

LAYOUT: Final = Layout()
WIDTH: Final = 700


def box(part: Locator) -> dict[str, float]:
    found = part.bounding_box()
    assert found
    return dict(found)


@pytest.mark.feature("M16", "I04")
@pytest.mark.parametrize("language", ["ar", "he"])
@pytest.mark.parametrize("kind", [Kind.CANCELLATION, Kind.PAYMENT_FAILED, Kind.SIGN_IN])
def test_a_mail_runs_from_the_right_and_its_codes_do_not(visit: Visit, language: str, kind: Kind) -> None:
    mail = LAYOUT.render(kind, locale=language, brand=BRAND, facts=FACTS[kind])
    page = visit()
    page.set_viewport_size({"width": WIDTH, "height": 900})

    page.set_content(mail.html)

    assert page.evaluate("[document.documentElement.dir, document.documentElement.lang]") == ["rtl", language]
    button = box(page.locator(".button a").first)
    assert button["x"] + button["width"] / 2 > WIDTH / 2
    assert box(page.locator("td.label").first)["x"] > box(page.locator("td.value").first)["x"]
    for said in page.locator(".ink > div, .ink h1").all():
        assert said.evaluate("part => getComputedStyle(part).direction") == "rtl"
    for code in page.locator(".digits").all():
        assert code.evaluate("part => getComputedStyle(part).direction") == "ltr"


@pytest.mark.feature("M16", "I04")
def test_a_foreign_name_keeps_its_bracket_in_plain_text_too() -> None:
    facts = {**FACTS[Kind.CANCELLATION], "plan_name": "Team (EU)"}

    mail = LAYOUT.render(Kind.CANCELLATION, locale="ar", brand=BRAND, facts=facts)

    assert "\u2068Team (EU)\u2069" in mail.text
    assert "<bdi>Team (EU)</bdi>" in mail.html
