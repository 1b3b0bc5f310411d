"""How a vendor dresses its portal: font, heading, ground, light or dark, rules of its own, legal links, no mark."""

import re
from typing import Any

import pytest

from shared.ui import FONTS
from shared.ui.palette import contrast
from tests.integration.portal.shop import Shop
from tests.integration.portal_pages.conftest import Visitor


def dressed(shop: Shop, **appearance: Any) -> dict[str, Any]:
    """The visitor's portal looks like this from now on."""
    (portal,) = shop.get("/v1/portal_configurations?is_default=true")["data"]
    changed: dict[str, Any] = shop.patch(f"/v1/portal_configurations/{portal['id']}", {"appearance": appearance})
    return changed


def refused(shop: Shop, **appearance: Any) -> dict[str, Any]:
    """What is wrong with it, by field."""
    (portal,) = shop.get("/v1/portal_configurations?is_default=true")["data"]
    answer = shop.ask("PATCH", f"/v1/portal_configurations/{portal['id']}", json={"appearance": appearance})
    assert answer.status_code == 422, answer.text
    return {each["field"]: each for each in answer.json["errors"]}


def stylesheet(visitor: Visitor, kind: str = "brand") -> str:
    """The page's stylesheet of this kind, as the page links to it."""
    (path,) = re.findall(rf'href="/p/[^/]+(/{kind}-[0-9a-f]+\.css)"', visitor.get().text)
    return visitor.get(path).text


@pytest.mark.feature("B03")
@pytest.mark.parametrize("font", list(FONTS))
def test_a_portal_is_set_in_a_font_that_is_shipped_and_asks_no_foreign_host(
    shop: Shop, visitor: Visitor, font: str
) -> None:
    assert dressed(shop, font=font)["appearance"]["font"] == font

    page, css = visitor.get().text, stylesheet(visitor)
    addresses = re.findall(r'url\("([^"]+)"', css) + re.findall(r'<link rel="preload" href="([^"]+)"', page)
    assert all(address.startswith("/static/fonts/") for address in addresses)
    assert bool(addresses) == (font != "system")
    assert font == "inter" or FONTS[font].stack in css


@pytest.mark.feature("B03")
def test_another_font_is_refused_naming_those_there_are(shop: Shop) -> None:
    problem = refused(shop, font="comic-sans")["appearance.font"]

    assert problem["code"] == "not_shipped"
    assert all(font in problem["detail"] for font in FONTS)


@pytest.mark.feature("B04")
def test_the_heading_is_the_vendors_by_language_as_plain_text(shop: Shop, visitor: Visitor) -> None:
    dressed(
        shop,
        headline="Your <b>account</b> {x.__class__} {{7*7}}",
        description="All in one place",
        translations={"de": {"headline": "Ihr Konto", "description": None}},
    )

    english = visitor.get(**{"Accept-Language": "en"}).text
    german = visitor.get(**{"Accept-Language": "de"}).text
    assert "<h1>Your &lt;b&gt;account&lt;/b&gt; {x.__class__} {{7*7}}</h1>" in english
    assert '<p class="lead">All in one place</p>' in english
    assert "<h1>Ihr Konto</h1>" in german
    assert "All in one place" in german


@pytest.mark.feature("B04")
def test_without_heading_the_page_keeps_one_for_screen_readers(shop: Shop, visitor: Visitor) -> None:
    dressed(shop, headline="Your account", description="All in one place", show_heading=False)

    page = visitor.get().text

    assert '<h1 class="visually-hidden">Your account</h1>' in page
    assert "All in one place" not in page


@pytest.mark.feature("B04")
@pytest.mark.parametrize(
    ("appearance", "field", "code"),
    [
        ({"headline": "x" * 201}, "appearance.headline", "too_long"),
        ({"description": "x" * 1001}, "appearance.description", "too_long"),
        ({"headline": "a\x07"}, "appearance.headline", "control_character"),
        ({"translations": {"de": {"headline": "x" * 201}}}, "appearance.translations.de.headline", "too_long"),
        ({"translations": {"tlh": {"headline": "x"}}}, "appearance.translations.tlh", "unknown_language"),
    ],
)
def test_a_heading_that_does_not_fit_is_refused(shop: Shop, appearance: dict[str, Any], field: str, code: str) -> None:
    assert refused(shop, **appearance)[field]["code"] == code


def test_a_translation_is_taken_away_by_null(shop: Shop) -> None:
    dressed(shop, translations={"de": {"headline": "Ihr Konto", "description": "Alles"}})

    assert dressed(shop, translations={"de": {"description": None}})["appearance"]["translations"] == {
        "de": {"headline": "Ihr Konto"}
    }
    assert dressed(shop, translations={"de": None})["appearance"]["translations"] == {}


@pytest.mark.feature("B05")
@pytest.mark.parametrize("color", ["#fdf6e3", "#101030", "#808080", "#ffe100", "#c2272d"])
def test_what_is_written_on_the_background_can_be_read(shop: Shop, visitor: Visitor, color: str) -> None:
    assert dressed(shop, background_color=color.upper())["appearance"]["background_color"] == color

    css = stylesheet(visitor)
    paper, written = css.split("--bursar-paper,", 1)[1], css.split("body{", 1)[1].split("}", 1)[0]
    light, dark = re.findall(r"#[0-9a-f]{6}", paper)[:2]
    assert light == color
    for name in ("ink", "soft", "accent"):
        on_light, on_dark = re.findall(r"#[0-9a-f]{6}", written.split(f"--bursar-{name},", 1)[1])[:2]
        assert contrast(on_light, light) >= 4.5
        assert contrast(on_dark, dark) >= 4.5


@pytest.mark.feature("B05")
@pytest.mark.parametrize("color", ["ivory", "#fff", "fff0e0", "rgb(1,2,3)", "#12345g", "#fff0e0;}", ""])
def test_a_background_in_another_form_is_refused(shop: Shop, color: str) -> None:
    assert refused(shop, background_color=color)["appearance.background_color"]["code"] == "bad_color"


@pytest.mark.feature("B06")
def test_own_rules_are_cleaned_reported_and_served_as_their_own_file(shop: Shop, visitor: Visitor) -> None:
    css = ".card { color: teal;\n background: url(https://x.example) }\n@import 'x';"

    saved = dressed(shop, custom_css=css)

    assert saved["appearance"]["custom_css"] == css
    assert [(each["line"], each["rule"], each["state"]) for each in saved["css_report"]] == [
        (1, ".card", "partly"),
        (3, "@import", "dropped"),
    ]
    (lost,) = saved["css_report"][0]["dropped"]
    assert (lost["line"], lost["why"]) == (2, "function")
    assert "nothing may be loaded" in lost["detail"]
    page = visitor.get().text
    assert 'class="own-rules"' in page
    (path,) = re.findall(r'href="(/p/[^"]+/own-[0-9a-f]{64}\.css)"', page)
    served = visitor.browser.get(path)
    assert served.text == "@layer vendor{\n.own-rules .card { color: teal }\n}\n"
    assert served.headers["Content-Type"] == "text/css; charset=utf-8"
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in served.headers["Cache-Control"]
    other = dressed(shop, custom_css=".card { color: navy }")
    assert other["css_report"][0]["state"] == "kept"
    assert visitor.browser.get(path).status_code == 404
    assert dressed(shop, headline="Hi")["css_report"] is None
    assert dressed(shop, custom_css=None)["appearance"]["custom_css"] is None
    assert "own-" not in visitor.get().text


@pytest.mark.feature("B06")
def test_rules_are_looked_at_before_they_are_saved(shop: Shop, visitor: Visitor) -> None:
    (portal,) = shop.get("/v1/portal_configurations?is_default=true")["data"]
    at = f"/v1/portal_configurations/{portal['id']}/check_css"

    looked = shop.post(at, {"css": ".btn{COLOR:Red}\n.btn{position:fixed}"})

    assert looked["css"] == ".btn { color: red }\n"
    assert [each["state"] for each in looked["rules"]] == ["kept", "dropped"]
    assert "own-" not in visitor.get().text
    assert refused(shop, custom_css=".a{color:red}" * 4000)["appearance.custom_css"]["code"] == "too_large"
    assert refused(shop, custom_css=".a{color:red}" * 1001)["appearance.custom_css"]["code"] == "too_many_items"


@pytest.mark.feature("B06")
def test_own_rules_are_never_on_pages_that_confirm_or_pay(shop: Shop, visitor: Visitor) -> None:
    dressed(shop, custom_css=".card { color: teal }")
    subscription = shop.subscription(customer={"id": visitor.customers[0]})
    one = f"/subscriptions/{subscription['id']}"

    for path in ("", "/invoices", "/activity"):
        assert "own-rules" in visitor.get(path).text, path
    for path in (f"{one}/cancellation", f"{one}/pause", "/payment-methods", "/payment-methods/new", "/nowhere"):
        assert "own-" not in visitor.get(path).text, path
    visitor.minutes_ago = 60
    asked = visitor.post("/payment-methods/new", visitor.hidden("/payment-methods/new"))
    assert "own-" not in asked.text


@pytest.mark.feature("B19")
def test_the_portals_theme_gives_way_to_the_visitors_and_that_to_the_session(
    shop: Shop, visitor: Visitor, brought: dict[str, Any]
) -> None:
    def theme(path: str = "") -> str | None:
        found = re.search(r'<html[^>]* data-theme="(\w+)"', visitor.get(path).text)
        return found[1] if found else None

    brought["theme"] = None
    assert theme() is None  # as the device is
    dressed(shop, theme="dark")
    assert theme() == "dark"
    assert theme("?appearance=light") == "light"
    assert theme("/invoices") == "light"  # it is kept
    assert theme("?appearance=neon") == "light"
    assert theme("?appearance=auto") is None
    visitor.more["session"] = "ps_of_another_visit"
    brought["theme"] = "dark"
    assert theme("?appearance=light") == "dark"
    assert "?appearance=" not in visitor.get().text  # a choice that would change nothing is not offered


@pytest.mark.feature("B20")
def test_no_mark_of_ours_shows_unless_the_vendor_turns_it_on(shop: Shop, visitor: Visitor) -> None:
    def seen() -> str:
        return re.sub(r"<[^>]+>", " ", visitor.get().text)

    assert "Bursar" not in seen()
    assert "mark.svg" not in visitor.get().text
    assert dressed(shop, powered_by=True)["appearance"]["powered_by"] is True
    assert "Powered by Bursar" in seen()


@pytest.mark.feature("B23")
def test_legal_links_stand_in_the_footer_of_every_page(shop: Shop, visitor: Visitor) -> None:
    (portal,) = shop.get("/v1/portal_configurations?is_default=true")["data"]
    links = {"privacy": "https://lark.example/privacy", "terms": "https://lark.example/terms"}
    shop.patch(f"/v1/portal_configurations/{portal['id']}", {"links": links})

    for path in ("", "/invoices", "/payment-methods", "/subscriptions/sub_none/cancellation"):
        foot = visitor.get(path).text.split('<footer class="shell-foot">')[1]
        assert all(f'href="{address}"' in foot for address in links.values()), path
