"""Every page of a portal, in every state, at every size: nothing scrolls sideways, and axe finds nothing."""

import pytest
from playwright.sync_api import Page

from tests.support.browser import Visit, scrolls_sideways, violations
from tests.support.every_page import enter, everything, walk
from tests.support.vendors import Vendor

SIZES = {
    "320 px": {"width": 320, "height": 640},
    "phone": {"width": 390, "height": 844},
    "tablet": {"width": 768, "height": 1024},
    "desktop": {"width": 1180, "height": 900},
    "wide": {"width": 1920, "height": 1080},
}
TWICE_THE_TEXT = "document.documentElement.style.fontSize = '200%'; document.body.style.fontSize = '30px'"
OUTSIDE = """() => [...document.querySelectorAll("#main *")].filter(part => {
  const box = part.getBoundingClientRect();
  const isOut = box.width && (box.right > innerWidth + 1 || box.left < -1);
  return isOut && !part.closest(".scroll, .visually-hidden, thead");
}).map(part => part.outerHTML.slice(0, 120))"""


def fits(page: Page) -> None:
    for name, size in SIZES.items():
        page.set_viewport_size(size)
        assert not scrolls_sideways(page), (page.url, name, page.evaluate(OUTSIDE))
    page.set_viewport_size(SIZES["320 px"])
    assert violations(page) == [], page.url
    page.set_viewport_size({"width": 640, "height": 800})  # of 1280, as 200 % zoom leaves
    page.evaluate(TWICE_THE_TEXT)
    assert not scrolls_sideways(page), (page.url, "200 % text", page.evaluate(OUTSIDE))


@pytest.mark.feature("B09")
def test_j30_every_page_fits_every_size_and_twice_the_text(vendor: Vendor, visit: Visit) -> None:
    more = everything(vendor)
    page = visit()
    home = f"{vendor.stack.base_url}/p/{vendor.portal}"
    for path in ("/sign-in", "/sign-in/order", "/sign-in/code", "/nowhere"):
        page.goto(home + path)
        fits(page)
    enter(page, vendor)

    seen = []
    for path in walk(page, home, also=more):
        fits(page)
        seen.append(path.split("?")[0].split("/")[-1])

    assert {"", "invoices", "payment-methods", "products", "payments", "tickets", "activity", "sessions"} <= set(seen)
    assert {"cancellation", "pause", "change", "quantity", "coupon", "resubscription"} <= set(seen)
