"""A vendor's looks as one stylesheet: its colors made accessible, its font, the ground that its pages lie on.

Nothing that a vendor typed gets into it: colors are taken apart and put together anew, a font is one of our own names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from shared.ui.assets import asset
from shared.ui.fonts import DEFAULT_FONT, FONTS, Font
from shared.ui.palette import DEFAULT_COLOR, HEX, INK, SOFT, Ground, Palette, ground, palette

_ON_CARDS: Final = ".card:not(.card-over),.alert,.menu-list,.note,.skip-link,.more a"
_OTHERS: Final = ".btn:not(.plain,.link),.pill,.strip"


@dataclass(frozen=True, kw_only=True)
class Look:
    """What of an appearance is drawn on every page. What is none of ours has the default."""

    brand_color: str | None = None
    background_color: str | None = None
    font: str = DEFAULT_FONT
    theme: str = "auto"

    @property
    def typeface(self) -> Font:
        """The font itself."""
        return FONTS.get(self.font, FONTS[DEFAULT_FONT])


def look_of(appearance: Mapping[str, Any]) -> Look:
    """Out of a portal's appearance, as it is stored and published; an older one says less."""
    return Look(
        brand_color=appearance.get("brand_color"),
        background_color=appearance.get("background_color"),
        font=appearance.get("font") or DEFAULT_FONT,
        theme=appearance.get("theme") or "auto",
    )


@lru_cache(maxsize=256)
def brand_css(look: Look) -> str:
    """The stylesheet: colors in light and dark, and what differs from our own font and ground."""
    tones = palette(look.brand_color or DEFAULT_COLOR)
    rules = [f":root{{{_tones(tones)}{_font_token(look)}}}"]
    if look.background_color and HEX.fullmatch(look.background_color):
        rules.append(_ground_rules(ground(look.background_color, look.brand_color or DEFAULT_COLOR), tones))
    return f"{_faces(look)}@layer brand{{{''.join(rules)}}}\n"


@lru_cache(maxsize=256)
def digest(look: Look) -> str:
    """Another look has another address."""
    return sha256(brand_css(look).encode()).hexdigest()[:12]


def _tones(tones: Palette) -> str:
    return (
        f"{_token('accent', tones.accent_light, tones.accent_dark)};"
        f"{_token('accent-strong', tones.brand_light, tones.brand_dark)};"
        f"--accent-edge:var(--bursar-accent-strong,light-dark({tones.edge_light},{tones.edge_dark}));"
        f"{_token('on-accent', tones.on_brand_light, tones.on_brand_dark)};"
        f"{_token('accent-soft', tones.soft_light, tones.soft_dark)}"
    )


def _token(name: str, light: str, dark: str) -> str:
    """As computed, unless the vendor's own rules say otherwise."""
    return f"--{name}:var(--bursar-{name},light-dark({light},{dark}))"


def _font_token(look: Look) -> str:
    return "" if look.typeface is FONTS[DEFAULT_FONT] else f";--font:{look.typeface.stack}"


def _faces(look: Look) -> str:
    """Our own font is in app.css already."""
    if look.typeface is FONTS[DEFAULT_FONT]:
        return ""
    return "".join(
        f'@font-face{{font-family:"{look.typeface.family}";font-weight:200 900;font-display:swap;'
        f'src:url("{asset(name)}")format("woff2");unicode-range:{characters}}}\n'
        for name, characters in look.typeface.files
    )


def _ground_rules(on: Ground, tones: Palette) -> str:
    """The page's color, what is written on it, and what is written on cards as before. Paper stays white in print."""
    (ink_light, ink_dark), (soft_light, soft_dark) = INK, SOFT
    on_cards = (
        f"{_token('ink', ink_light, ink_dark)};{_token('soft', soft_light, soft_dark)};"
        f"{_token('accent', tones.accent_light, tones.accent_dark)}"
    )
    return (
        f"@media screen{{:root{{{_token('paper', on.paper_light, on.paper_dark)}}}"
        f"body{{{_token('ink', on.ink_light, on.ink_dark)};{_token('soft', on.soft_light, on.soft_dark)};"
        f"{_token('accent', on.accent_light, on.accent_dark)};color:var(--ink)}}"
        f":is({_ON_CARDS},{_OTHERS}){{{on_cards}}}:is({_ON_CARDS}){{color:var(--ink)}}}}"
        f"@media screen and (prefers-contrast:more){{body,:is({_ON_CARDS},{_OTHERS}){{--soft:var(--ink)}}}}"
    )
