"""One brand color to accessible tones: any color is accepted, contrast is always met.

By OKLCH lightness, hue kept: an accent for links and focus with 4.5:1 on light and on dark, a fill for buttons with
readable text (white, else pure black: one of the two always has 4.5:1) and an edge with 3:1, a soft background. And any
background, with ink, softer ink and an accent that read on it. WCAG 2.2, 1.4.3 and 1.4.11.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from coloraide import Color

DEFAULT_COLOR: Final = "#0b7a5b"
LIGHT_GROUNDS: Final = ("#ffffff", "#f5f7f9")  # cards and page of app.css
DARK_GROUNDS: Final = ("#1b2127", "#12161a")
WHITE: Final = "#ffffff"
INK: Final = ("#14171b", "#edf0f3")  # what is written, in light and dark, as app.css has it
SOFT: Final = ("#58616b", "#a6b0ba")  # and what matters less
ENOUGH: Final = 4.5
VISIBLE: Final = 3.0  # of what is no text
DARKEST: Final = 0.22  # OKLCH lightness of a page in dark, a little below that of cards
MUTED: Final = 0.018  # and its chroma, so that red stays red and does not glow
STEPS: Final = 9  # halvings: a five-hundredth of the way from the color to white or black
HEX: Final = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Palette:
    """Hex colors. `brand_*` fill buttons, `on_brand_*` is text on them, `accent_*` is text on paper."""

    accent_light: str
    accent_dark: str
    brand_light: str
    brand_dark: str
    on_brand_light: str
    on_brand_dark: str
    soft_light: str
    soft_dark: str
    edge_light: str
    edge_dark: str


@dataclass(frozen=True)
class Ground:
    """Hex colors: what pages lie on, and what is written straight on it, in light and in dark."""

    paper_light: str
    paper_dark: str
    ink_light: str
    ink_dark: str
    soft_light: str
    soft_dark: str
    accent_light: str
    accent_dark: str


@lru_cache(maxsize=1024)
def palette(color: str) -> Palette:
    """The tones of `color`, `#rrggbb`; anything else gives those of the default color."""
    brand = Color(color if HEX.fullmatch(color) else DEFAULT_COLOR)
    soft_light, soft_dark = _soft(brand, lightness=0.96, chroma=0.02), _soft(brand, lightness=0.30, chroma=0.04)
    dark_fill = _readable(brand, on=DARK_GROUNDS, toward=1.0, at_least=VISIBLE)
    return Palette(
        accent_light=_readable(brand, on=(*LIGHT_GROUNDS, soft_light), toward=0.0),
        accent_dark=_readable(brand, on=(*DARK_GROUNDS, soft_dark), toward=1.0),
        brand_light=_hex(brand),
        brand_dark=dark_fill,
        on_brand_light=_ink_on(_hex(brand)),
        on_brand_dark=_ink_on(dark_fill),
        soft_light=soft_light,
        soft_dark=soft_dark,
        edge_light=_readable(brand, on=LIGHT_GROUNDS, toward=0.0, at_least=VISIBLE),
        edge_dark=dark_fill,
    )


@lru_cache(maxsize=1024)
def ground(background: str, brand_color: str) -> Ground:
    """What pages of this background lie on. In dark a light background becomes a dark one of its hue."""
    asked = Color(background)
    light, dark = _hex(asked), _hex(_darkened(asked))
    (ink_light, soft_light, accent_light), (ink_dark, soft_dark, accent_dark) = (
        _written_on(paper, brand_color) for paper in (light, dark)
    )
    return Ground(
        paper_light=light,
        paper_dark=dark,
        ink_light=ink_light,
        ink_dark=ink_dark,
        soft_light=soft_light,
        soft_dark=soft_dark,
        accent_light=accent_light,
        accent_dark=accent_dark,
    )


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast of two colors, 1 to 21."""
    return float(Color(one).contrast(Color(other), method="wcag21"))


def _readable(color: Color, *, on: tuple[str, ...], toward: float, at_least: float = ENOUGH) -> str:
    """`color`, or of the same hue the nearest lightness `toward` black (0) or white (1) that reads on all of `on`."""

    def reads(tone: Color) -> bool:
        return min(contrast(_hex(tone), ground) for ground in on) >= at_least

    if reads(color):
        return _hex(color)
    near = color.convert("oklch")
    far = near.clone().set("lightness", toward).set("chroma", 0)
    for _ in range(STEPS):
        middle = near.clone().set("lightness", (near["lightness"] + far["lightness"]) / 2)
        near, far = (near, middle) if reads(middle) else (middle, far)
    return _hex(far)


def _written_on(paper: str, brand_color: str) -> tuple[str, str, str]:
    """Ink, softer ink and accent. White or black always reads; our own inks do on most papers."""
    inks = (INK[0], INK[1], WHITE, "#000000")
    ink = next(each for each in inks if contrast(each, paper) >= ENOUGH)
    is_dark_ink = ink in (INK[0], "#000000")
    toward = 0.0 if is_dark_ink else 1.0
    brand = Color(brand_color if HEX.fullmatch(brand_color) else DEFAULT_COLOR)
    soft = Color(SOFT[0] if is_dark_ink else SOFT[1])
    return ink, _readable(soft, on=(paper,), toward=toward), _readable(brand, on=(paper,), toward=toward)


def _darkened(color: Color) -> Color:
    tone = color.convert("oklch")
    if tone["lightness"] > DARKEST:
        tone["lightness"], tone["chroma"] = DARKEST, min(tone["chroma"], MUTED)
    return tone


def _ink_on(fill: str) -> str:
    return WHITE if contrast(WHITE, fill) >= ENOUGH else "#000000"


def _soft(color: Color, *, lightness: float, chroma: float) -> str:
    tone = color.convert("oklch")
    tone["lightness"], tone["chroma"] = lightness, min(chroma, tone["chroma"])
    return _hex(tone)


def _hex(color: Color) -> str:
    return str(color.convert("srgb").fit("srgb").to_string(hex=True, fit=True, compress=False))
