"""A vendor's page with a widget on it, in a real browser on PostgreSQL: from the loader to the portal's first paint.

Beside it the floor: the same page with a frame around an answer of nginx itself.
"""

import hmac
import json
import shutil
import tempfile
from pathlib import Path
from statistics import median
from typing import Any, Final

from playwright.sync_api import Browser, sync_playwright

from benchmarks import servers
from benchmarks.measure import Measure
from tests.support.browser import FLAGS
from tests.support.shop_page import served
from tests.support.stack import Stack, a_stack
from tests.support.vendors import register

TIMES: Final = 25
EMAIL: Final = "mira@tessaly.example"
_PORTAL: Final = """<!doctype html><title>Shop</title><div id="billing"></div>
<script>
  window.readyAt = null;
  window.Bursar = window.Bursar || function () {{ (Bursar.q = Bursar.q || []).push(arguments) }};
  Bursar("init", Object.assign({options}, {{
    container: "#billing", onReady: function () {{ window.readyAt = performance.now(); }}
  }}));
</script><script async src="{base}/embed/v1.js"></script>"""
_FLOOR: Final = """<!doctype html><title>Shop</title>
<iframe src="/file" onload="window.readyAt = performance.now()"></iframe>"""
_PAINTED: Final = "() => (performance.getEntriesByName('first-contentful-paint')[0] || {}).startTime || null"
_ORIGIN: Final = "() => performance.timeOrigin"


def run() -> list[Measure]:
    with (
        servers.started() as environment,
        tempfile.TemporaryDirectory() as folder,
        a_stack(Path(folder), extra=environment) as stack,
        sync_playwright() as playwright,
    ):
        path = shutil.which("chromium") or shutil.which("google-chrome")
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            return _measured(stack, chromium)
        finally:
            chromium.close()


def _measured(stack: Stack, chromium: Browser) -> list[Measure]:
    with served() as shop:
        options = _widget(stack, shop.origin)
        portal = shop.put(_PORTAL.format(options=json.dumps(options), base=stack.base_url), path="/portal")
        shop.put("<!doctype html><title>File</title><p>A file.</p>", path="/file")
        floor = shop.put(_FLOOR, path="/floor")
        floors = [_ready(chromium, floor)[0] for _ in range(TIMES)]
        _ready(chromium, portal)
        taken = [_ready(chromium, portal) for _ in range(TIMES)]
    painted = [paint for _, paint in taken if paint is not None]
    return [
        Measure(name="floor: a frame around a file (median)", value=median(floors), unit="ms", goal=""),
        Measure(name="page to the frame's first paint (median)", value=median(painted), unit="ms", goal="under 300 ms"),
        Measure(name="page to the portal shown (median)", value=median(at for at, _ in taken), unit="ms", goal=""),
    ]


def _widget(stack: Stack, origin: str) -> dict[str, Any]:
    """A widget with a customer who has a subscription, vouched for by a hash."""
    vendor = register(stack)
    vendor.subscription(vendor.customer(EMAIL))
    made = vendor.post(
        "/v1/portal_configurations",
        {
            "kind": "widget",
            "name": "Widget",
            "scope": {"access_gate": "any_order"},
            "sign_in": {"methods": ["hmac_v1"]},
            "embed": {"allowed_origins": [origin]},
        },
    )
    secret = vendor.post("/v1/identity_secrets", {"name": "Server"})["secret"]
    return {
        "widget": made["id"],
        "email": EMAIL,
        "hash": hmac.new(secret.encode(), EMAIL.encode(), "sha256").hexdigest(),
    }


def _ready(chromium: Browser, address: str) -> tuple[float, float | None]:
    """Milliseconds from the page's start until it is ready, and until the frame first painted; a fresh profile."""
    context = chromium.new_context()
    try:
        page = context.new_page()
        page.goto(address)
        page.wait_for_function("() => window.readyAt !== null")
        ready: float = page.evaluate("() => window.readyAt")
        if len(page.frames) < 2:
            return ready, None
        frame = page.frames[1]
        frame.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length > 0")
        later = frame.evaluate(_ORIGIN) - page.evaluate(_ORIGIN)
        return ready, later + frame.evaluate(_PAINTED)
    finally:
        context.close()
