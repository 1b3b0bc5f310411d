"""A vendor's own page, served from another origin than Bursar's, with a widget on it.

Fixtures: `guest` (pages of a browser that blocks third-party cookies), `shop_page` (an origin, and its pages),
`other_page` (another one).
"""

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, FrameLocator, Page, expect

from tests.support.browser import FLAGS
from tests.support.polling import until

BLOCKED: Final = "--test-third-party-cookie-phaseout"
_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A shop</title></head>
<body><h1>Billing &amp; payment</h1>{body}</body></html>"""
_RECORDED: Final = """<script>
  window.heard = []; window.said = []; window.failed = []; window.vetoes = {};
  window.addEventListener("message", function (event) {
    window.said.push({ origin: event.origin, data: event.data });
  });
</script>"""
_WIDGET: Final = """<div id="billing"></div>
<script>
  window.Bursar = window.Bursar || function () {{ (Bursar.q = Bursar.q || []).push(arguments) }};
  Bursar("init", Object.assign({options}, {{
    container: "#billing",
    handleResponse: function (told) {{
      window.heard.push(told);
      var answer = window.vetoes[told.event];
      if (answer === "throw") {{ throw new Error("not now"); }}
      return answer === "promise" ? Promise.resolve(false) : answer;
    }},
    onReady: function (handle) {{ window.handle = handle; }},
    onError: function (error) {{ window.failed.push(error); }}
  }}));
</script>
<script async src="{base}/embed/v1.js"></script>"""


@dataclass
class ShopPage:
    """An origin with pages on it. `headers` go with every one of them."""

    server: ThreadingHTTPServer
    pages: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def put(self, body: str, *, path: str = "/") -> str:
        """A page with this body; its address."""
        self.pages[path] = _PAGE.format(body=_RECORDED + body)
        return self.origin + path

    def embed(self, base: str, *, path: str = "/", before: str = "", **options: Any) -> str:
        """A page with one widget on it; its address. `options` are the loader's."""
        return self.put(before + _WIDGET.format(options=json.dumps(options), base=base), path=path)


def framed(page: Page) -> FrameLocator:
    """What is inside the widget."""
    return page.frame_locator("#billing iframe")


def frame_of(page: Page) -> Frame:
    """The widget's frame itself."""
    until(lambda: len(page.frames) > 1, seconds=10, what="the frame is there")
    return page.frames[1]


def heard(page: Page, event: str) -> list[dict[str, Any]]:
    """What the page's function was told under this name, oldest first."""
    told: list[dict[str, Any]] = page.evaluate("() => window.heard")
    return [each["response"] for each in told if each["event"] == event]


def wait_for(page: Page, event: str, *, count: int = 1) -> list[dict[str, Any]]:
    """The same, once there are that many."""
    page.wait_for_function(
        "([name, count]) => window.heard.filter(each => each.event === name).length >= count", arg=[event, count]
    )
    return heard(page, event)


def confirm(page: Page, name: Any) -> None:
    """Press a button that wakes after it was seen for a while, as somebody does who reads first."""
    button = framed(page).get_by_role("button", name=name)
    button.scroll_into_view_if_needed()
    button.hover()
    page.wait_for_timeout(1_200)
    button.click()


@pytest.fixture(scope="session")
def wary_browser(browser: Browser) -> Iterator[Browser]:
    """Chromium as it is set up by people who let no third party keep cookies."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    wary = browser.browser_type.launch(executable_path=path, args=[*FLAGS, BLOCKED])
    yield wary
    wary.close()


@pytest.fixture
def guest(wary_browser: Browser) -> Iterator[Callable[..., Page]]:
    """`guest()` gives a page in a profile of its own; options as for a browser's context."""
    contexts: list[BrowserContext] = []
    expect.set_options(timeout=15_000)  # a frame takes several answers until it shows something

    def open_page(**options: Any) -> Page:
        context = wary_browser.new_context(
            viewport={"width": 1180, "height": 1000},
            **{"locale": "en-US", "reduced_motion": "reduce", "accept_downloads": True, **options},
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def shop_page() -> Iterator[ShopPage]:
    """An origin of the vendor's own."""
    with served() as shop:
        yield shop


@pytest.fixture
def other_page() -> Iterator[ShopPage]:
    """Another origin, which no widget lists."""
    with served() as shop:
        yield shop


@contextmanager
def served() -> Iterator[ShopPage]:
    """An origin with pages of its own, for as long as the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = shop.pages.get(self.path.split("?")[0])
            self.send_response(404 if found is None else 200)
            kind = "application/json" if self.path.endswith(".json") else "text/html; charset=utf-8"
            for name, value in {"Content-Type": kind, **shop.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write((found or "").encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the library's
            """A test's page says nothing of itself."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    shop = ShopPage(server)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield shop
    server.shutdown()
    server.server_close()
    serving.join(5)
