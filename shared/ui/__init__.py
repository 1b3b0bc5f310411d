"""What pages look like: the frame of every page, its macros, and a vendor's looks made accessible."""

from dataclasses import dataclass, field
from typing import Final

from shared.ui.assets import STATIC, asset, whole
from shared.ui.fonts import DEFAULT_FONT, FONTS
from shared.ui.looks import Look, brand_css, digest, look_of
from shared.ui.palette import Palette, palette

__all__ = [
    "FONTS",
    "NEUTRAL",
    "STATIC",
    "Brand",
    "Links",
    "Look",
    "Palette",
    "asset",
    "brand_css",
    "digest",
    "logo_url",
    "look_of",
    "palette",
    "signature_css",
    "whole",
]


@dataclass(frozen=True, kw_only=True)
class Links:
    """Where a vendor's pages lead; each may be missing."""

    home: str | None = None
    privacy: str | None = None
    terms: str | None = None
    support: str | None = None
    accessibility: str | None = None


@dataclass(frozen=True, kw_only=True)
class Brand:
    """How a page is dressed. `stylesheet` is the URL of the vendor's looks; None: neutral ones.

    `font_file` is what most pages need of the font, below `static/`. `own_rules` is the URL of the vendor's own rules,
    on a page that wears them (`services.portal.pages.customer.looks`). `theme` is auto, light or dark. Where there is
    a `dark_logo_url`, dark pages show that logo.
    """

    name: str
    home: str = "/"
    logo_url: str | None = None
    dark_logo_url: str | None = None
    stylesheet: str | None = None
    font_file: str | None = FONTS[DEFAULT_FONT].first_file
    own_rules: str | None = None
    theme: str = "auto"
    powered_by: bool = False
    links: Links = field(default_factory=Links)


NEUTRAL: Final = Brand(name="Bursar")


def logo_url(portal: str, sha256: str | None) -> str | None:
    """Where a portal's logo is, by its slug; None where it has none. Another picture has another address."""
    return f"/p/{portal}/sign-in/logo.png?v={sha256[:12]}" if sha256 else None


def signature_css(brand: Brand) -> str:
    """What a page of the gateway's, which no service rendered, shows of its portal: name, logo, theme (`.signature` in
    gateway.css). What the vendor typed is written as CSS escapes, so nothing of it ends the string it stands in.
    """
    tokens = {"head": "block", "name": _css_string(brand.name)}
    if brand.logo_url:
        plate = "transparent" if brand.dark_logo_url else "light-dark(transparent,#fff)"
        tokens |= {"letter": '""', "plate": plate, "logo": _css_url(brand.logo_url)}
    else:
        tokens["letter"] = _css_string(brand.name[:1])
    rules = f":root{{{';'.join(f'--portal-{name}:{value}' for name, value in tokens.items())}}}"
    if brand.dark_logo_url:
        dark = f"{{--portal-logo:{_css_url(brand.dark_logo_url)}}}"
        is_dark = ":root[data-theme=dark]" + dark
        rules += f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){dark}}}{is_dark}"
    if brand.theme != "auto":
        rules += f":root.gateway:not([data-theme]){{color-scheme:{brand.theme}}}"
    return f"@layer brand{{{rules}}}\n"


def _css_string(said: str) -> str:
    """https://www.w3.org/TR/css-syntax-3/#consume-escaped-code-point: the space ends the escape."""
    return '"' + "".join(each if each.isascii() and each.isalnum() else f"\\{ord(each):x} " for each in said) + '"'


def _css_url(address: str) -> str:
    return f"url({_css_string(address)})"
