"""The pages that the gateway writes itself: in whose language, and as whose portal."""

import re

import pytest

from shared.i18n import DEFAULT, LANGUAGES, direction, negotiate, text
from tests.support.gateway import Gateway

WISHES = (
    *LANGUAGES,
    "pt-PT,pt;q=0.9",
    "pt-BR,pt;q=0.9,en;q=0.8",
    "de-AT",
    "DE-ch;q=0.5",
    "zh-Hant-TW",
    "no,nn;q=0.8",
    "iw-IL",
    "tlh, fr;q=0.7, en;q=0.3",
    "enx,de",
    "tlh",
    "*",
    "",
    ",,;q=",
)
LOOKS = (
    ("localhost", "/p/acme/invoices", "/p/acme/sign-in/brand.css"),
    ("localhost", "/p/acme?a=1", "/p/acme/sign-in/brand.css"),
    ("localhost", "/p/acme/sign-in/link/x", "/p/acme/sign-in/brand.css"),
    ("localhost", '/p/a"b/x', None),
    ("localhost", "/console/overview", None),
    ("localhost", "/billing", None),
    ("shop.example", "/billing/invoices", "/billing/sign-in/brand.css"),
    ("billing.acme.example", "/invoices", "/sign-in/brand.css"),
)
"""Host and target, to where the looks of the page's portal are."""


@pytest.mark.feature("I01")
@pytest.mark.parametrize("wish", WISHES)
def test_it_speaks_the_language_that_a_service_would(gate: Gateway, wish: str) -> None:
    language = negotiate(wish, LANGUAGES, DEFAULT)

    page = gate.ask("/nowhere", headers={"Accept-Language": wish}).body.decode()

    assert f'lang="{language}" dir="{direction(language)}"' in page
    for key in ("gateway.not_found.heading", "gateway.not_found.advice", "ui.error.request", "ui.error.copied"):
        assert text(key, language) in page


def test_what_was_chosen_in_the_menu_comes_before_what_the_browser_asks_for(gate: Gateway) -> None:
    headers = {"Accept-Language": "fr", "Cookie": "bursar_locale=ja; bursar_theme=dark"}

    chosen = gate.ask("/nowhere", headers=headers).body.decode()
    asked = gate.ask("/nowhere?locale=he", headers=headers).body.decode()

    assert '<html class="gateway" lang="ja" dir="ltr" data-theme="dark">' in chosen
    assert '<html class="gateway" lang="he" dir="rtl" data-theme="dark">' in asked


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_long_to_wait_is_said_in_every_language(gate: Gateway, language: str) -> None:
    headers = {"Accept-Language": language, "Authorization": "Bearer wrong again"}

    refused = gate.ask("/p/acme", headers=headers)

    assert (refused.status, refused.header("Retry-After")) == (429, "37")
    assert text("errors.too_many_requests", language, retry_after=37) in refused.body.decode()
    assert text("portal.unavailable.again", language) in refused.body.decode()


@pytest.mark.feature("B03")
@pytest.mark.parametrize(("host", "target", "looks"), LOOKS)
def test_a_page_wears_the_looks_of_the_portal_that_it_is_in(
    own_gate: Gateway, host: str, target: str, looks: str | None
) -> None:
    own_gate.echoes["portal"].stop()
    if "/sign-in/" in target:
        own_gate.echoes["auth"].stop()

    answer = own_gate.ask(target, headers={"Host": host})

    page = answer.body.decode()
    assert answer.status == 503
    assert re.findall(r'rel="stylesheet" href="([^"]+)"', page)[2:] == ([looks] if looks else [])
    assert ("· Bursar" in page) is (looks is None)
