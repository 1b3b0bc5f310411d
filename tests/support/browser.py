"""A real browser: Debian's Chromium, driven by Playwright, with axe at hand.

Fixtures: `browser` (one a session), `visit` (a fresh profile a call: size, language, dark, scripts).
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

DESKTOP: Final = {"width": 1180, "height": 900}
PHONE: Final = {"width": 390, "height": 844}
FLAGS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
AXE_RULES: Final = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

Visit = Callable[..., Page]


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Chromium, closed when the block ends."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.fail("no chromium here: `make test` installs it on Debian, elsewhere install it yourself")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with a_browser() as chromium:
        yield chromium


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """`visit(phone=True, dark=True, scripts=False, language="de")` gives a page in a profile of its own."""
    contexts = []

    def open_page(
        *, phone: bool = False, dark: bool = False, scripts: bool = True, language: str = "en-US", **options: Any
    ) -> Page:
        context = browser.new_context(
            viewport=PHONE if phone else DESKTOP,
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            locale=language,
            reduced_motion="reduce",
            accept_downloads=True,
            **options,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def violations(page: Page) -> list[str]:
    """What axe finds wrong on the page as it stands: rule and where."""
    found = Axe().run(page, options=AXE_RULES).response["violations"]
    return [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]]


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
