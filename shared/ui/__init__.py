"""What pages look like: the frame of every page, its macros, and a vendor's colors made accessible."""

from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from shared.ui.palette import DEFAULT_COLOR, Palette, palette

STATIC: Final = Path(__file__).parent / "static"

__all__ = ["NEUTRAL", "STATIC", "Brand", "Links", "Palette", "asset", "brand_css", "logo_url", "palette"]


@dataclass(frozen=True, kw_only=True)
class Links:
    """Where a vendor's pages lead; each may be missing."""

    home: str | None = None
    privacy: str | None = None
    terms: str | None = None
    support: str | None = None


@dataclass(frozen=True, kw_only=True)
class Brand:
    """How a page is dressed. `stylesheet` is the URL of the vendor's colors; None: neutral ones."""

    name: str
    home: str = "/"
    logo_url: str | None = None
    stylesheet: str | None = None
    links: Links = field(default_factory=Links)


NEUTRAL: Final = Brand(name="Bursar")


@cache
def asset(name: str) -> str:
    """The URL of a static file, with a fingerprint so that it can be cached for ever."""
    return f"/static/{name}?v={sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def logo_url(portal: str, sha256: str | None) -> str | None:
    """Where a portal's logo is, by its slug; None where it has none. Another picture has another address."""
    return f"/p/{portal}/sign-in/logo.png?v={sha256[:12]}" if sha256 else None


def brand_css(color: str | None) -> str:
    """The stylesheet of a vendor: its brand color as accessible tokens, in light and dark."""
    tones = palette(color or DEFAULT_COLOR)
    return (
        "@layer brand{:root{"
        f"--accent:light-dark({tones.accent_light},{tones.accent_dark});"
        f"--accent-strong:light-dark({tones.brand_light},{tones.brand_dark});"
        f"--on-accent:light-dark({tones.on_brand_light},{tones.on_brand_dark});"
        f"--accent-soft:light-dark({tones.soft_light},{tones.soft_dark})"
        "}}\n"
    )
