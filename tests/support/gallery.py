"""Pictures of pages as the tests see them: `BURSAR_SHOTS=some/folder pytest tests/e2e/test_gallery.py` keeps them."""

import os
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

from tests.support.browser import scrolls_sideways, violations

LOOKS: Final[dict[str, dict[str, Any]]] = {
    "desktop": {},
    "phone": {"phone": True},
    "narrow": {"size": {"width": 320, "height": 640}},
    "dark": {"phone": True, "dark": True},
    "arabic": {"language": "ar"},
    "forced": {"forced_colors": "active"},
}
"""How pages are looked at: options of `visit`, and a size other than its two."""


def look(page: Page, name: str) -> None:
    """Axe finds nothing, nothing scrolls sideways; and the picture, where somebody wants it."""
    folder = os.environ.get("BURSAR_SHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    assert violations(page) == [], name
    assert not scrolls_sideways(page), name
