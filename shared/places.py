"""PLACES: where people sign in that is no vendor's portal, and its address. No portal's slug begins like these."""

from typing import Final

GLOBAL: Final = "_billing"
CONSOLE: Final = "_console"

PLACES: Final[dict[str, str]] = {GLOBAL: "/billing", CONSOLE: "/console"}


def inside(slug: str) -> str:
    """What the addresses of a portal's, or a place's, pages begin with at the installation's own host."""
    return PLACES.get(slug, f"/p/{slug}")
