"""A portal in its vendor's looks, in a real browser: fonts, grounds, light and dark, rules of its own, hostile ones."""

import re
import sqlite3
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from shared.ui import FONTS
from shared.ui.palette import contrast
from tests.e2e.test_embed import has_a_team_plan
from tests.e2e.test_portal_journey import SIZES, sign_in
from tests.support.browser import Visit, scrolls_sideways, violations
from tests.support.polling import until
from tests.support.shop_page import frame_of, framed
from tests.support.vendors import Vendor
from tests.support.widgets import Guest, Widget

EMAIL = "mira@tessaly.example"
TEAL, NAVY = "rgb(0, 128, 128)", "rgb(0, 0, 128)"
COLOR = "(part) => getComputedStyle(part).color"
GROUND = "(part) => getComputedStyle(part).backgroundColor"
HOSTILE = """@layer vendor { @import url(EVIL/a.css);
@font-face { font-family: Evil; src: url(EVIL/f.woff2) }
.own-rules body { background: url(EVIL/b.png); font-family: Evil }
.own-rules .card { background-image: image-set("EVIL/c.png" 1x); color: rgb(0, 128, 128) }
.own-rules .card::before { content: url(EVIL/d.png) } }
@import "EVIL/e.css";"""


@pytest.fixture
def evil() -> Iterator[tuple[str, list[str]]]:
    """Somebody else's server: its address, and what it was asked for."""
    asked: list[str] = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def look(vendor: Vendor, **appearance: Any) -> None:
    """The vendor's portal looks like this from now on, on auth's pages as well."""
    (portal,) = vendor.get("/v1/portal_configurations", params={"is_default": "true"})["data"]
    vendor.patch(f"/v1/portal_configurations/{portal['id']}", {"appearance": appearance})


def asked_hosts(page: Page) -> set[str]:
    """Filled with the host of whatever the browser asks for from here on."""
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    return hosts


def hex_of(rgb: str) -> str:
    return "#" + "".join(f"{int(number):02x}" for number in re.findall(r"\d+", rgb)[:3])


@pytest.mark.feature("B03")
@pytest.mark.parametrize("font", ["source-serif-4", "figtree", "atkinson-hyperlegible-next", "source-sans-3"])
def test_the_font_is_really_shown_and_no_foreign_host_is_asked(vendor: Vendor, visit: Visit, font: str) -> None:
    look(vendor, font=font)
    page = visit()
    hosts = asked_hosts(page)
    family = FONTS[font].family

    def is_set() -> bool:
        page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}/sign-in")
        return family in page.evaluate("getComputedStyle(document.body).fontFamily")

    until(is_set, seconds=20, what="auth knows the font")
    page.wait_for_function("document.fonts.status === 'loaded'")
    assert page.evaluate("(family) => document.fonts.check(`15px '${family}'`)", family)
    assert hosts == {vendor.stack.base_url.split("/")[2]}


@pytest.mark.feature("B05", "B09")
@SIZES
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_everything_can_be_read_on_any_ground(vendor: Vendor, visit: Visit, phone: bool, dark: bool) -> None:
    vendor.subscription(vendor.customer(EMAIL))
    page = visit(phone=phone, dark=dark)
    sign_in(page, vendor)
    for ground, brand in (
        ("#101030", "#ffe100"),
        ("#fdf6e3", "#c2272d"),
        ("#808080", "#808080"),
        ("#c2272d", "#c2272d"),
    ):
        look(vendor, background_color=ground, brand_color=brand, description="One place for everything")
        page.reload()

        assert violations(page) == [], (ground, brand)
        assert not scrolls_sideways(page)
        paper = hex_of(page.locator("body").evaluate(GROUND))
        assert contrast(hex_of(page.locator("h1").evaluate(COLOR)), paper) >= 4.5
        assert (paper == ground) is (not dark or ground == "#101030")


@pytest.mark.feature("B19")
@SIZES
def test_the_visitor_chooses_light_or_dark_and_it_stays(vendor: Vendor, visit: Visit, phone: bool) -> None:
    look(vendor, theme="dark")
    page = visit(phone=phone)
    until(
        lambda: 'data-theme="dark"' in page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}/sign-in").text(),
        seconds=20,
        what="auth knows the theme",
    )
    paper = page.locator("body").evaluate(GROUND)

    page.locator("summary").click()
    page.get_by_role("link", name="Light").click()

    assert page.locator("body").evaluate(GROUND) != paper
    page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}/sign-in")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.locator("summary").click()
    assert violations(page) == []
    page.get_by_role("link", name="Device").click()
    expect(page.locator("html")).not_to_have_attribute("data-theme", re.compile(".*"))


@pytest.mark.feature("B06")
def test_own_rules_win_on_plain_pages_and_never_where_something_is_confirmed(vendor: Vendor, visit: Visit) -> None:
    subscription = vendor.subscription(vendor.customer(EMAIL))
    look(vendor, custom_css=":root { --bursar-card: navy } .card-title { color: teal !important }")
    page = visit()
    sign_in(page, vendor)

    assert page.locator(".card-title").first.evaluate(COLOR) == TEAL
    assert page.locator(".card").first.evaluate(GROUND) == NAVY
    for path in (
        f"/subscriptions/{subscription['id']}/cancellation",
        "/payment-methods",
        "/payment-methods/new",
        "/email",
    ):
        page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}{path}")
        assert page.locator(".card").first.evaluate(GROUND) != NAVY, path
        assert "own-" not in page.content(), path


@pytest.mark.feature("B06")
def test_in_a_frame_they_hold_on_the_same_pages_alone(widget: Widget, guest: Guest) -> None:
    has_a_team_plan(widget)
    widget.vendor.patch(
        f"/v1/portal_configurations/{widget.id}", {"appearance": {"custom_css": ".card { background: navy }"}}
    )
    page = guest()
    page.goto(widget.embed())
    expect(framed(page).get_by_text("Team plan").first).to_be_visible()
    ground = "getComputedStyle(document.querySelector('.card')).backgroundColor"
    frame = frame_of(page)
    until(lambda: frame.evaluate(ground) == NAVY or page.wait_for_timeout(50), seconds=5, what="the rules are there")

    framed(page).get_by_role("link", name="Cancel subscription").click()
    expect(framed(page).get_by_role("button", name="Cancel subscription")).to_be_visible()
    assert frame.evaluate(ground) != NAVY
    page.goto(widget.embed(email=None, hash=None))
    expect(framed(page).get_by_label("E-mail address")).to_be_visible()
    assert frame_of(page).evaluate(ground) != NAVY


@pytest.mark.feature("B06")
def test_hostile_rules_written_straight_into_the_database_reach_nobody(
    vendor: Vendor, visit: Visit, evil: tuple[str, list[str]]
) -> None:
    """EM-14: the page's policy is the second wall."""
    address, asked = evil
    vendor.subscription(vendor.customer(EMAIL))
    look(vendor, custom_css=".card { color: teal }")
    page = visit()
    sign_in(page, vendor)
    with sqlite3.connect(vendor.stack.home.database_url("portal").removeprefix("sqlite:///"), timeout=30) as portal:
        written = portal.execute(
            "UPDATE portal_configurations SET served_css = ?, css_digest = ?, revision = revision + 1 WHERE slug = ?",
            (HOSTILE.replace("EVIL", address), "e" * 64, vendor.portal),
        )
        assert written.rowcount == 1
    portal.close()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    page.reload()
    page.wait_for_load_state("networkidle")

    assert "own-" + "e" * 64 in page.content()
    assert page.locator(".card").first.evaluate(COLOR) == TEAL  # the sheet was read
    assert asked == []
    assert any("Content Security Policy" in line for line in said)
