"""The pages of `examples/embed`, as they stand there, in a browser: each shows the portal of whoever is signed in."""

import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from tests.support.machine import CannotStart, free_port, install
from tests.support.polling import until
from tests.support.shop_page import ShopPage
from tests.support.vendors import Vendor
from tests.support.widgets import EMAIL, Guest, Widget, make_widget

EMBED: Final = Path(__file__).parents[2] / "examples" / "embed"
PACKAGES: Final = ("esbuild@0.25", "react@19", "react-dom@19", "vue@3")
BUNDLED: Final = {"react": "react/page.jsx", "vue": "vue/page.js"}
WORDPRESS: Final = """<?php
/* As much of WordPress as the plugin asks for. */
define('ABSPATH', '/');
define('BURSAR_URL', getenv('BURSAR_URL'));
define('BURSAR_WIDGET', getenv('BURSAR_WIDGET'));
define('BURSAR_IDENTITY_SECRET', getenv('BURSAR_IDENTITY_SECRET'));
$shortcodes = [];
$scripts = [];
function add_shortcode($name, $function) { global $shortcodes; $shortcodes[$name] = $function; }
function wp_enqueue_script($name, $source) { global $scripts; $scripts[] = $source; }
function is_user_logged_in() { return getenv('BURSAR_EMAIL') !== false; }
function wp_get_current_user() { return (object) ['user_email' => getenv('BURSAR_EMAIL')]; }
function esc_attr($text) { return htmlspecialchars($text, ENT_QUOTES); }
require $argv[1];
echo $shortcodes['bursar_billing']();
foreach ($scripts as $source) { echo '<script async src="' . $source . '"></script>'; }
"""


@pytest.fixture
def widget(vendor: Vendor, shop_page: ShopPage) -> Widget:
    made = make_widget(vendor, shop_page)
    vendor.subscription(vendor.customer(EMAIL))
    return made


def environment(widget: Widget) -> dict[str, str]:
    """What the examples' server parts are told."""
    return {
        "PATH": os.environ["PATH"],
        "BURSAR_URL": widget.base,
        "BURSAR_WIDGET": widget.id,
        "BURSAR_IDENTITY_SECRET": widget.secret,
        "BURSAR_EMAIL": EMAIL,
    }


def allow(widget: Widget, origin: str) -> None:
    origins = {"allowed_origins": [widget.page.origin, origin]}
    widget.vendor.patch(f"/v1/portal_configurations/{widget.id}", {"embed": origins})
    until(lambda: origin in _policy(widget), seconds=20, what="the origin may embed")


def _policy(widget: Widget) -> str:
    answer = widget.vendor.stack.request("GET", f"/embed/{widget.id}")
    return str(answer.headers.get("Content-Security-Policy", ""))


def shows_the_portal(page: Page, container: str) -> None:
    inside = page.frame_locator(f"{container} iframe")
    expect(inside.get_by_text("Team plan").first).to_be_visible()


@pytest.fixture
def site(widget: Widget) -> Iterator[str]:
    """`server.mjs`, running; its origin."""
    port = free_port()
    process = subprocess.Popen(
        ["node", str(EMBED / "server.mjs")],
        env={**environment(widget), "PORT": str(port)},
        stdout=subprocess.DEVNULL,
    )
    origin = f"http://127.0.0.1:{port}"
    allow(widget, origin)
    yield origin
    process.terminate()
    process.wait(10)


@pytest.mark.feature("B14")
def test_plain_html_shows_the_portal_of_who_is_signed_in(site: str, guest: Guest) -> None:
    page = guest()

    page.goto(site)

    shows_the_portal(page, "#billing")


@pytest.mark.feature("B14")
def test_the_block_without_code_asks_for_an_address(site: str, guest: Guest) -> None:
    page = guest()

    page.goto(f"{site}/no-code")

    expect(page.frame_locator("[data-bursar] iframe").get_by_label("E-mail address")).to_be_visible()


@pytest.fixture(scope="session")
def bundler(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with React, Vue and what makes one file of them."""
    if shutil.which("npm") is None:
        try:
            install("npm")
        except CannotStart as trouble:
            pytest.fail(f"npm is not here and could not be installed: {trouble}")
    folder = tmp_path_factory.mktemp("bundler")
    (folder / "package.json").write_text(json.dumps({"private": True}))
    words = ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", *PACKAGES]
    subprocess.run(words, cwd=folder, check=True, timeout=300)
    return folder


@pytest.mark.feature("B14")
@pytest.mark.parametrize("name", list(BUNDLED))
def test_the_component_shows_the_portal(name: str, widget: Widget, bundler: Path, tmp_path: Path, guest: Guest) -> None:
    for folder in BUNDLED:
        shutil.copytree(EMBED / folder, bundler / folder, dirs_exist_ok=True)
    bundle = [str(bundler / "node_modules" / ".bin" / "esbuild"), BUNDLED[name], "--bundle", "--format=esm"]
    options = ["--jsx=automatic", "--log-level=error", f"--outfile={tmp_path / 'page.js'}"]
    subprocess.run([*bundle, *options], cwd=bundler, check=True, timeout=120)
    (tmp_path / "identity").write_text(json.dumps({"email": EMAIL, "hash": widget.hash()}))
    box = f'<div id="billing" data-base="{widget.base}" data-widget="{widget.id}"></div>'
    (tmp_path / "index.html").write_text(f'<!doctype html>{box}<script type="module" src="page.js"></script>')

    with _files(tmp_path) as origin:
        allow(widget, origin)
        page = guest()
        page.goto(origin)
        shows_the_portal(page, "#billing")


class _files:  # noqa: N801 - reads as a function
    """A folder as a site of its own."""

    def __init__(self, folder: Path) -> None:
        class Quiet(SimpleHTTPRequestHandler):
            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
                """Nothing: the test's output is the test's."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))

    def __enter__(self) -> str:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.mark.feature("B14")
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_the_wordpress_plugin_shows_the_portal_of_its_user(
    widget: Widget, tmp_path: Path, guest: Guest, is_signed_in: bool
) -> None:
    if shutil.which("php") is None:
        install("php-cli")
    (tmp_path / "wordpress.php").write_text(WORDPRESS)
    told = environment(widget)
    if not is_signed_in:
        del told["BURSAR_EMAIL"]
    plugin = str(EMBED / "wordpress" / "bursar-billing.php")
    made = subprocess.run(
        ["php", str(tmp_path / "wordpress.php"), plugin], env=told, capture_output=True, text=True, check=True
    )
    page = guest()

    page.goto(widget.page.put(made.stdout))

    if is_signed_in:
        shows_the_portal(page, "[data-bursar]")
    else:
        expect(page.frame_locator("[data-bursar] iframe").get_by_label("E-mail address")).to_be_visible()
    assert widget.secret not in made.stdout
    assert re.search(r"data-bursar=", made.stdout)
