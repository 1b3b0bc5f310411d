"""Can everything be read in any brand color?"""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.ui import brand_css
from shared.ui.palette import DEFAULT_COLOR, contrast, palette

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

    for ground in (*LIGHT_GROUNDS, tones.soft_light):
        assert contrast(tones.accent_light, ground) >= 4.5, (color, ground)
    for ground in (*DARK_GROUNDS, tones.soft_dark):
        assert contrast(tones.accent_dark, ground) >= 4.5, (color, ground)
    assert contrast(tones.on_brand_light, tones.brand_light) >= 4.5
    assert contrast(tones.on_brand_dark, tones.brand_dark) >= 4.5


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
    assert brand_css(color) == brand_css(DEFAULT_COLOR)
