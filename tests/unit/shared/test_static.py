"""Are the files that browsers get what they say they are, and small?"""

import gzip
import re
from hashlib import sha256

import pytest

from shared.ui import STATIC, asset

MAILS = STATIC.parents[2] / "services" / "notifications" / "templates" / "notifications"
TEMPLATES = [
    path
    for folder in (STATIC.parent / "templates", *STATIC.parents[2].glob("services/*/templates"))
    for path in folder.rglob("*.html")
    if path.parent != MAILS  # parts of mails, where inline styles are what works; the mailbox below it is pages
]
VENDORED = re.findall(r"\| `([^`]+)` \|.*`([0-9a-f]{64})`", (STATIC / "VENDORED.md").read_text())


@pytest.mark.parametrize(("name", "digest"), VENDORED, ids=[name for name, _ in VENDORED])
def test_what_others_made_is_byte_for_byte_theirs(name: str, digest: str) -> None:
    assert sha256((STATIC / name).read_bytes()).hexdigest() == digest


def test_every_vendored_file_is_listed() -> None:
    there = {
        str(path.relative_to(STATIC)) for pattern in ("vendor/*", "fonts/*.woff2") for path in STATIC.glob(pattern)
    }

    assert there <= {name for name, _ in VENDORED}


def test_the_stylesheet_asks_for_fonts_by_the_address_that_pages_preload() -> None:
    for name in re.findall(r'url\("(fonts/[^?"]+)', (STATIC / "app.css").read_text()):
        assert asset(name).removeprefix("/static/") in (STATIC / "app.css").read_text()


@pytest.mark.parametrize(("name", "most"), [("app.css", 6_144), ("app.js", 2_000), ("sign-in.js", 2_000)])
def test_what_every_page_loads_is_small_on_its_way(name: str, most: int) -> None:
    assert len(gzip.compress((STATIC / name).read_bytes(), 5)) < most  # as the gateway sends it


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_inline_code_or_looks(path: object) -> None:
    page = path.read_text()  # type: ignore[attr-defined]

    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:|\|\s*safe\b", page)


def test_icons_that_templates_show_are_in_the_sprite() -> None:
    shown = {name for path in TEMPLATES for name in re.findall(r'icon\("([a-z0-9-]+)"', path.read_text())}
    sprite = set(re.findall(r'<symbol id="([a-z0-9-]+)"', (STATIC / "icons.svg").read_text()))

    assert shown <= sprite
