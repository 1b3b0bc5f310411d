"""A vendor's logo, from the upload to the customer's browser."""

import pytest
import requests
from playwright.sync_api import Page

from tests.support.browser import Visit, violations
from tests.support.pictures import SVG, png, png_header
from tests.support.polling import until
from tests.support.vendors import Vendor

_WIDTH = "async src => { const it = new Image(); it.src = src; await it.decode(); return it.naturalWidth }"


def upload(vendor: Vendor, content: bytes, *, of: str = "logo") -> requests.Response:
    return vendor.ask("PUT", f"/v1/vendors/{vendor.id}/{of}", files={"file": ("logo.png", content)})


@pytest.mark.feature("B07")
def test_customers_see_the_logo_beside_the_name(vendor: Vendor, visit: Visit) -> None:
    page, address = visit(), f"{vendor.stack.base_url}/p/{vendor.portal}/sign-in"
    page.goto(address)
    assert page.locator(".brand img").count() == 0

    answer = upload(vendor, png(640, 320))

    assert answer.status_code == 200, answer.text
    mark = f"logo.png?v={answer.json()['profile']['logo'][:12]}"
    until(lambda: mark in vendor.stack.request("GET", f"/p/{vendor.portal}/sign-in").text, seconds=20, what="the logo")
    page.goto(address)
    image = page.locator(".brand img")
    image.wait_for()
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 512
    assert vendor.name in page.locator(".brand").inner_text()
    assert violations(page) == []
    served = vendor.stack.request("GET", str(image.get_attribute("src")))
    assert served.headers["Content-Type"] == "image/png"
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert served.headers["Content-Disposition"] == "inline"
    assert served.headers["Cache-Control"] == "public, max-age=86400"


@pytest.mark.feature("B07")
def test_dark_pages_show_the_logo_for_dark_ground_and_light_ones_the_other(vendor: Vendor, visit: Visit) -> None:
    address = f"{vendor.stack.base_url}/p/{vendor.portal}/sign-in"
    upload(vendor, png(64, 64))
    mark = upload(vendor, png(128, 64), of="logo_dark").json()["profile"]["logo_dark"][:12]
    until(lambda: mark in vendor.stack.request("GET", f"/p/{vendor.portal}/sign-in").text, seconds=20, what="the logo")

    def width(page: Page, query: str = "") -> int:
        page.goto(address + query)
        shown = page.locator(".brand img").evaluate("async it => (await it.decode(), it.currentSrc)")
        return int(page.evaluate(_WIDTH, shown))

    light, dark = visit(), visit(dark=True, phone=True)
    assert (width(light), width(dark)) == (64, 128)
    assert violations(dark) == []
    assert (width(light, "?appearance=dark"), width(dark, "?appearance=light")) == (128, 64)


@pytest.mark.feature("B07")
@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (bytes(2_000_000), 413, "too_large"),
        (SVG, 422, "invalid_request"),
        (png_header(50_000, 50_000), 422, "invalid_request"),
    ],
    ids=["2 MB", "SVG", "bomb"],
)
def test_what_is_no_logo_is_refused_with_a_problem_document(
    vendor: Vendor, content: bytes, status: int, code: str
) -> None:
    answer = upload(vendor, content)

    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert vendor.get(f"/v1/vendors/{vendor.id}")["profile"]["logo"] is None
