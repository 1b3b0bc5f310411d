"""A vendor's own words in place of ours: by language, as text, checked, and weaker than those of the visit."""

from typing import Any

import pytest

from shared.i18n import catalog, text
from tests.integration.portal.shop import Shop
from tests.integration.portal_pages.conftest import Visitor

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    '"><script>alert(1)</script>',
    "javascript:alert(1)",
    "{{7*7}} ${7*7} %n",
    "{x.__class__.__init__.__globals__} {0!r:>999999999}",
)
TITLE = "portal.overview.title"


def say(shop: Shop, texts: Any) -> dict[str, Any]:
    """What the visitor's portal says from now on."""
    (portal,) = shop.get("/v1/portal_configurations?is_default=true")["data"]
    changed: dict[str, Any] = shop.patch(f"/v1/portal_configurations/{portal['id']}", {"texts": texts})
    return changed


@pytest.mark.feature("I03")
def test_a_portal_says_it_in_the_vendors_words_in_that_language_alone(shop: Shop, visitor: Visitor) -> None:
    saved = say(shop, {"de": {"overview.title": "Dein Konto"}, "fr": {TITLE: "Votre compte"}})

    assert saved["texts"] == {"de": {TITLE: "Dein Konto"}, "fr": {TITLE: "Votre compte"}}
    assert saved["ignored_texts"] == []
    assert "Dein Konto" in visitor.get("?locale=de").text
    assert text(TITLE, "de") not in visitor.get("?locale=de").text
    assert "Votre compte" in visitor.get("?locale=fr").text
    assert text(TITLE, "en") in visitor.get("?locale=en").text


@pytest.mark.feature("I03")
def test_a_null_takes_a_text_away_and_what_is_left_out_stays(shop: Shop, visitor: Visitor) -> None:
    say(shop, {"de": {TITLE: "Dein Konto", "ui.terms": "Hausordnung"}, "fr": {TITLE: "Votre compte"}})

    assert say(shop, {"de": {"overview.title": None}})["texts"] == {
        "de": {"ui.terms": "Hausordnung"},
        "fr": {TITLE: "Votre compte"},
    }
    left = say(shop, {"de": None})
    assert left["texts"] == {"fr": {TITLE: "Votre compte"}}
    linked = shop.patch(f"/v1/portal_configurations/{left['id']}", {"links": {"terms": None}})
    assert linked["ignored_texts"] is None
    assert text(TITLE, "de") in visitor.get("?locale=de").text


@pytest.mark.feature("I03")
def test_texts_that_do_not_fit_are_named_and_ours_stay(shop: Shop, visitor: Visitor) -> None:
    dated = next(key for key, said in catalog("de").items() if key.startswith("portal.") and "{date}" in str(said))

    saved = say(
        shop,
        {"de": {"overview.nothing_such": "x", dated: "Bald", "overview.title": "{date}", "ui.terms": " ", "a.b": "x"}},
    )

    assert saved["texts"] == {}
    assert {each["key"]: each["why"] for each in saved["ignored_texts"]} == {
        "overview.nothing_such": "unknown_key",
        dated: "other_places",
        "overview.title": "other_places",
        "ui.terms": "empty",
        "a.b": "unknown_key",
    }
    assert {each["language"] for each in saved["ignored_texts"]} == {"de"}
    assert text(TITLE, "de") in visitor.get("?locale=de").text


@pytest.mark.feature("I03")
def test_a_language_that_there_is_not_and_too_much_are_refused(shop: Shop) -> None:
    (portal,) = shop.get("/v1/portal_configurations?is_default=true")["data"]
    at = f"/v1/portal_configurations/{portal['id']}"
    keys = [key for key, said in catalog("en").items() if key.startswith("portal.") and "{" not in str(said)]

    unknown = shop.ask("PATCH", at, json={"texts": {"tlh": {TITLE: "nuqneH"}}})
    too_much = shop.ask("PATCH", at, json={"texts": {"en": dict.fromkeys(keys, "x" * 300)}})

    assert [(each["field"], each["code"]) for each in unknown.json["errors"]] == [("texts.tlh", "unknown_language")]
    assert [(each["field"], each["code"]) for each in too_much.json["errors"]] == [("texts", "too_long")]
    assert shop.get(at)["texts"] == {}


@pytest.mark.feature("I03")
@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_a_text_holds_is_shown_and_never_run(shop: Shop, visitor: Visitor, hostile: str) -> None:
    """EM-17, EM-18."""
    say(shop, {"en": {TITLE: hostile}})

    answer = visitor.get()

    assert answer.status_code == 200
    assert "<img src=x" not in answer.text
    assert "<script>alert" not in answer.text
    shown = hostile.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;")
    assert shown in answer.text


@pytest.mark.feature("I03")
def test_the_visits_own_texts_win_over_the_portals(shop: Shop, visitor: Visitor, brought: dict[str, Any]) -> None:
    say(shop, {"de": {TITLE: "Dein Konto", "ui.skip": "Weiter zum Inhalt der Seite"}})
    brought |= {"locale": "de", "translations": {"overview.title": "Mein Kram"}}

    page = visitor.get().text

    assert "Mein Kram" in page
    assert "Dein Konto" not in page
    assert "Weiter zum Inhalt der Seite" in page


@pytest.mark.feature("I03")
def test_the_keys_are_listed_with_our_texts_their_places_and_the_vendors_own(shop: Shop) -> None:
    at = f"/v1/portal_configurations/{say(shop, {'de': {TITLE: 'Dein Konto'}})['id']}/texts"

    found = {each["key"]: each for each in shop.get(f"{at}?locale=de")["texts"]}
    some = shop.get(f"{at}?locale=de&beginning=portal.overview.")["texts"]

    assert found[TITLE] == {
        "key": TITLE,
        "standard": {"other": text(TITLE, "de")},
        "places": [],
        "own": "Dein Konto",
    }
    assert not any(key.startswith(("errors.", "mails.", "staff.")) for key in found)
    assert any(each["places"] for each in found.values())
    assert any(set(each["standard"]) == {"one", "other"} for each in found.values())
    assert {each["key"] for each in some} == {key for key in found if key.startswith("portal.overview.")}
    assert shop.ask("GET", f"{at}?locale=tlh").status_code == 422
