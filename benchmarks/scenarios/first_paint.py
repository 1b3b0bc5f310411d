"""What a customer's eyes wait for on the first page: largest contentful paint, and how much the layout shifts after it.

Embedded, in a real browser on desktop and phone, with an empty cache and with a full one; the browser's own
PerformanceObserver measures. Floor: a page of nginx itself in the same browser.
"""

import tempfile
from pathlib import Path
from statistics import median
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, Page

from benchmarks import buyer
from benchmarks.buyer import Buyer
from benchmarks.measure import Measure
from tests.support.browser import DESKTOP, PHONE, a_browser
from tests.support.stack import Stack, a_stack

SUBSCRIPTIONS: Final = 3
TIMES: Final = 9
_SETTLED: Final = 1000  # milliseconds after the load in which something may still move
_OBSERVE: Final = """
window.seen = { paint: 0, shift: 0 };
new PerformanceObserver(list => list.getEntries().forEach(each => { window.seen.paint = each.startTime; }))
  .observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver(list => list.getEntries().forEach(each => {
  if (!each.hadRecentInput) { window.seen.shift += each.value; }
})).observe({ type: "layout-shift", buffered: true });
"""


def run() -> list[Measure]:
    with tempfile.TemporaryDirectory() as folder, a_stack(Path(folder)) as stack, a_browser() as browser:
        who = buyer.signed_in(stack)
        for number in range(SUBSCRIPTIONS):
            who.subscribe(quantity=number + 1)
        who.vendor.invoices(SUBSCRIPTIONS)
        floor = median(_seen(stack, browser, who, DESKTOP, path="/healthz", is_cold=True)[0])
        found = [Measure(name="floor: a line of nginx's own", value=floor, unit="ms", goal="")]
        for name, size in (("desktop", DESKTOP), ("phone", PHONE)):
            for cache, is_cold in (("empty cache", True), ("full cache", False)):
                paints, shifts = _seen(stack, browser, who, size, path=who.home, is_cold=is_cold)
                what = f"{name}, {cache}"
                found.append(
                    Measure(
                        name=f"largest paint, {what} (median)", value=median(paints), unit="ms", goal="under 500 ms"
                    )
                )
                found.append(Measure(name=f"layout shift, {what} (worst)", value=max(shifts), unit="", goal="0"))
        return found


def _seen(
    stack: Stack, browser: Browser, who: Buyer, size: dict[str, Any], *, path: str, is_cold: bool
) -> tuple[list[float], list[float]]:
    """Paints in milliseconds and shifts, each as often as `TIMES`."""
    paints, shifts = [], []
    context = _context(stack, browser, who, size)
    _look(context.new_page(), stack.base_url + path)
    for _ in range(TIMES):
        if is_cold:
            context.close()
            context = _context(stack, browser, who, size)
        paint, shift = _look(context.new_page(), stack.base_url + path)
        paints.append(paint)
        shifts.append(shift)
    context.close()
    return paints, shifts


def _context(stack: Stack, browser: Browser, who: Buyer, size: dict[str, Any]) -> BrowserContext:
    context = browser.new_context(viewport=size, locale="en-US", reduced_motion="reduce")  # type: ignore[arg-type]
    context.add_init_script(_OBSERVE)
    context.add_cookies(
        [{"name": each.name, "value": each.value or "", "url": stack.base_url} for each in who.browser.cookies]
    )
    return context


def _look(page: Page, address: str) -> tuple[float, float]:
    answer = page.goto(address, wait_until="load")
    assert answer is not None
    assert answer.status == 200, (address, answer.status)
    page.wait_for_timeout(_SETTLED)
    seen = page.evaluate("window.seen")
    page.close()
    return float(seen["paint"]), float(seen["shift"])
