"""Can everything be read in any brand color?"""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.ui import FONTS, STATIC, Look, asset, brand_css, look_of
from shared.ui.palette import DEFAULT_COLOR, INK, SOFT, contrast, ground, palette

COLORS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
LIGHT_GROUNDS, DARK_GROUNDS = ("#ffffff", "#f5f7f9"), ("#1b2127", "#12161a")


@settings(max_examples=40, deadline=None)
@example("#000000")
@example("#ffffff")
@example("#0076e7")
@example("#ff0000")
@given(COLORS)
def test_links_and_buttons_can_be_read_in_any_brand_color(color: str) -> None:
    tones = palette(color)

    for paper in (*LIGHT_GROUNDS, tones.soft_light):
        assert contrast(tones.accent_light, paper) >= 4.5, (color, paper)
    for paper in (*DARK_GROUNDS, tones.soft_dark):
        assert contrast(tones.accent_dark, paper) >= 4.5, (color, paper)
    assert contrast(tones.on_brand_light, tones.brand_light) >= 4.5
    assert contrast(tones.on_brand_dark, tones.brand_dark) >= 4.5
    assert all(contrast(tones.edge_light, each) >= 3 for each in LIGHT_GROUNDS)
    assert all(contrast(tones.edge_dark, each) >= 3 for each in DARK_GROUNDS)


@settings(max_examples=100, deadline=None)
@example("#000000", "#000000")
@example("#ffffff", "#ffffff")
@example("#777777", "#767676")
@example("#ff0000", "#00ff00")
@given(COLORS, COLORS)
def test_what_stands_on_any_background_can_be_read(background: str, color: str) -> None:
    on = ground(background, color)

    assert on.paper_light == background
    for each in (on.ink_light, on.soft_light, on.accent_light):
        assert contrast(each, on.paper_light) >= 4.5, (background, color)
    for each in (on.ink_dark, on.soft_dark, on.accent_dark):
        assert contrast(each, on.paper_dark) >= 4.5, (background, color)
    assert contrast("#ffffff", on.paper_dark) >= 7  # dark is dark


def test_inks_and_grounds_are_those_of_the_stylesheet() -> None:
    css = (STATIC / "app.css").read_text()

    for light, dark in (INK, SOFT, (LIGHT_GROUNDS[0], DARK_GROUNDS[0]), (LIGHT_GROUNDS[1], DARK_GROUNDS[1])):
        assert f"light-dark({light}, {dark})" in css


@pytest.mark.parametrize("name", list(FONTS))
def test_every_font_that_is_offered_is_shipped_with_its_license(name: str) -> None:
    font = FONTS[name]

    assert all((STATIC / file).stat().st_size < 100_000 for file, _ in font.files)
    assert not font.files or (STATIC / "fonts" / ("OFL.txt" if name == "inter" else f"OFL-{name}.txt")).is_file()
    assert all(asset(file) in brand_css(Look(font=name)) for file, _ in font.files if name != "inter")


def test_a_readable_brand_color_stays_as_it_is() -> None:
    tones = palette("#0b7a5b")

    assert tones.accent_light == tones.brand_light == "#0b7a5b"
    assert tones.on_brand_light == "#ffffff"


def test_yellow_gets_black_text_and_darker_links() -> None:
    tones = palette("#ffe100")

    assert (tones.brand_light, tones.on_brand_light) == ("#ffe100", "#000000")
    assert tones.accent_light != "#ffe100"


@pytest.mark.parametrize("color", [None, "", "url(x)", "#0b7a5b}body{display:none", "red;}", "#12345"])
def test_a_stylesheet_holds_colors_of_ours_and_nothing_that_was_typed(color: str | None) -> None:
    assert brand_css(Look(brand_color=color)) == brand_css(Look(brand_color=DEFAULT_COLOR))
    assert brand_css(Look(background_color=color)) == brand_css(Look())
    assert brand_css(look_of({"font": color})) == brand_css(Look())
