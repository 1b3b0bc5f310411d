"""DECIDES how a portal looks: font, heading, colors, light or dark, actions as buttons or as a menu, and the mark.

Any color is taken (`shared.ui.palette` makes it readable), in one form: `#rrggbb`. The font is one of those that are
shipped, so that no page asks a foreign host. The heading is plain text, 200 characters and 1,000 below it, for all
languages or for one (`translations`); switched off, it is gone from sight. Nobody else's mark shows unless the vendor
wants it. What rules of its own a vendor may add is decided in `styles.py`.

Worked example: `font: comic-sans` is `not_shipped`, naming the fonts that are; `background_color: "ivory"` is
`bad_color`; `translations.de.headline` of 201 characters is `too_long` at exactly that field.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.portal.rules.portals import problems as check
from shared.errors import FieldError
from shared.i18n import LANGUAGES
from shared.ui import FONTS
from shared.ui.fonts import DEFAULT_FONT

LAYOUTS: Final = ("buttons", "dropdown")
THEMES: Final = ("auto", "light", "dark")
TEXTS: Final[Mapping[str, int]] = {"headline": 200, "description": 1000}
"""What stands above a portal, and how long it may be, in characters."""

OF_VENDOR: Final = ("brand_color", "logo", "logo_dark")
"""What a portal shows of its vendor's, unless it has its own."""

DEFAULT: Final[Mapping[str, Any]] = {
    "brand_color": None,
    "background_color": None,
    "font": DEFAULT_FONT,
    "show_heading": True,
    "headline": None,
    "description": None,
    "translations": {},
    "logo": None,
    "logo_dark": None,
    "actions_layout": "buttons",
    "theme": "auto",
    "powered_by": False,
}
_COLORS: Final = ("brand_color", "background_color")
_COLOR: Final = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, kw_only=True)
class Heading:
    """What stands above a portal's first page; without headline, the page's own name does."""

    headline: str | None
    description: str | None
    is_shown: bool


def decide(given: Mapping[str, Any], problems: list[FieldError]) -> dict[str, Any]:
    """The appearance as it is kept; adds what is wrong to the problems."""
    whole = {**DEFAULT, **given}
    for name in _COLORS:
        whole[name] = _color(name, whole[name], problems)
    if whole["font"] not in FONTS:
        problems.append(FieldError.of("appearance.font", "not_shipped", offered=", ".join(FONTS)))
    _check_texts("appearance", whole, problems)
    whole["translations"] = _translations(whole["translations"], problems)
    check.choice("appearance.actions_layout", whole["actions_layout"], LAYOUTS, problems)
    check.choice("appearance.theme", whole["theme"], THEMES, problems)
    return whole


def heading(appearance: Mapping[str, Any], *, language: str) -> Heading:
    """In this language, where the vendor wrote it in it; else what it wrote for all."""
    own = appearance.get("translations", {}).get(language, {})
    headline, description = (own.get(name) or appearance.get(name) for name in TEXTS)
    return Heading(headline=headline, description=description, is_shown=appearance.get("show_heading", True))


def _color(name: str, given: str | None, problems: list[FieldError]) -> str | None:
    if given is None:
        return None
    if not _COLOR.fullmatch(given):
        problems.append(FieldError.of(f"appearance.{name}", "bad_color"))
    return given.lower()


def _check_texts(at: str, texts: Mapping[str, str | None], problems: list[FieldError]) -> None:
    for name, longest in TEXTS.items():
        check.text(f"{at}.{name}", texts.get(name), longest, problems)


def _translations(given: Mapping[str, Any], problems: list[FieldError]) -> dict[str, dict[str, str]]:
    """By language; a null takes away what was there."""
    kept: dict[str, dict[str, str]] = {}
    for language, texts in given.items():
        if language not in LANGUAGES:
            problems.append(FieldError.of(f"appearance.translations.{language[:20]}", "unknown_language"))
            continue
        said = {name: text for name, text in (texts or {}).items() if text}
        _check_texts(f"appearance.translations.{language}", said, problems)
        if said:
            kept[language] = said
    return kept
