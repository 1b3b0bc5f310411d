"""Portal's pages in a real browser without a running system: what the browser asks for is answered by the application.

For what only a browser can tell (how wide, in which direction, what is read) of pages in a state that a test has made.
"""

from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import Page, Request, Route

import shared.ui

HOST: Final = "http://localhost:8080"
_STATIC: Final = Path(shared.ui.__file__).parent / "static"
_KINDS: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
_OF_THE_BROWSER: Final = ("host", "cookie", "content-length", "connection")


def serve(page: Page, visitor: Any) -> None:
    """From here on the page's requests are answered as the gateway would, with the visitor's passport."""

    def answer(route: Route, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.path.startswith("/static/"):
            file = _STATIC / parts.path.removeprefix("/static/")
            route.fulfill(body=file.read_bytes(), content_type=_KINDS.get(file.suffix, "application/octet-stream"))
            return
        headers = {name: value for name, value in request.headers.items() if name not in _OF_THE_BROWSER}
        inside = request.url.removeprefix(HOST + visitor.home)
        if request.method == "POST":
            found = visitor.browser.post(
                visitor.home + inside, data=request.post_data, headers={**visitor._passport(), **headers}
            )
        else:
            found = visitor.browser.get(visitor.home + inside, headers={**visitor._passport(), **headers})
        given = {name: value for name, value in found.headers.items() if name.lower() != "set-cookie"}
        route.fulfill(status=found.status_code, headers=given, body=found.data)

    page.route("**/*", answer)
