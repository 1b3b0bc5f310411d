"""How soon the wizard's preview shows what was typed: from the last key to the words in the preview, in a real browser.

Embedded. Each time other words are typed, once as a headline and once as the name that customers see.
Floor: the preview's page by itself, through the gateway.
"""

import tempfile
from pathlib import Path
from statistics import median
from typing import Final

from playwright.sync_api import Page

from benchmarks import asking, staff
from benchmarks.asking import Question
from benchmarks.measure import Measure
from tests.support.browser import DESKTOP, a_browser
from tests.support.stack import Stack, a_stack
from tests.support.vendors import Vendor, register

TIMES: Final = 20
FIELDS: Final = (("scope", "display_name"), ("design", "appearance.headline"))
_TYPED: Final = """
async ([name, words]) => {
  const field = document.getElementsByName(name)[0], frame = document.getElementById("preview");
  field.focus();
  field.value = words;
  const typed = performance.now();
  field.dispatchEvent(new Event("input", { bubbles: true }));
  while (!frame.contentDocument.body.textContent.includes(words)) {
    if (performance.now() - typed > 20000) { throw new Error("the preview does not show " + words); }
    await new Promise(requestAnimationFrame);
  }
  return performance.now() - typed;
}
"""


def run() -> list[Measure]:
    with tempfile.TemporaryDirectory() as folder, a_stack(Path(folder)) as stack, a_browser() as browser:
        vendor = register(stack)
        cookies = staff.signed_in(stack, vendor).cookies
        context = browser.new_context(viewport=DESKTOP)  # type: ignore[arg-type]
        context.add_cookies([{"name": each.name, "value": each.value or "", "url": stack.base_url} for each in cookies])
        kept = "; ".join(f"{each.name}={each.value}" for each in cookies)
        return _measured(stack, vendor, context.new_page(), kept)


def _measured(stack: Stack, vendor: Vendor, page: Page, cookies: str) -> list[Measure]:
    (portal,) = vendor.get("/v1/portal_configurations", params={"is_default": "true"})["data"]
    found = []
    for step, name in FIELDS:
        page.goto(f"{stack.base_url}/console/portals/{portal['id']}/{step}")
        taken = [page.evaluate(_TYPED, [name, f"Words number {number}"]) for number in range(TIMES)]
        found.append(Measure(name=f"{name} (median)", value=median(taken), unit="ms", goal="under 300 ms"))
        found.append(Measure(name=f"{name} (slowest)", value=max(taken), unit="ms", goal=""))
    shown = page.locator("#preview").get_attribute("data-address") or ""
    floor = median(asking.one_by_one(Question(stack.port, shown, {"Cookie": cookies}), TIMES)) * 1000
    return [Measure(name="floor: the preview's page (median)", value=floor, unit="ms", goal=""), *found]
