"""The key screens, shot from the demo: `make screens` keeps them in docs/screens, `tests/e2e/test_screens.py` compares.

Two pictures are alike when they have about the same size and, seen from afar, the same light and dark in the same
places: dates, numbers and a machine's way of drawing letters don't count, a page without its style does.
"""

import base64
import io
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageChops, ImageFilter
from playwright.sync_api import Browser

from shared.ui import STATIC
from tests.support.browser import a_browser
from tests.support.console_screens import CONSOLE
from tests.support.polling import until
from tests.support.shop_page import served
from tests.support.stack import Stack, a_stack
from tests.support.studio import Studio, shot

FOLDER: Final = Path(__file__).parents[2] / "docs" / "screens"
LARGEST: Final = 150_000  # bytes of a kept picture
MOST_TALLER: Final = 0.06
"""How much taller or lower a page may be than its baseline: rows come and go with the day of the month."""
COLUMNS: Final = 48
MOST_DIFFERENT: Final = 4.0
"""The largest difference seen from afar, the mean of 255 shades: the same page has 0.3, without its style 10."""


def _sign_in(studio: Studio) -> Image.Image:
    with studio.page() as page:
        page.goto(f"{studio.stack.base_url}/p/heliodor-test/sign-in")
        return shot(page)


def _overview(slug: str, email: str, **options: Any) -> Callable[[Studio], Image.Image]:
    def take(studio: Studio) -> Image.Image:
        with studio.portal(slug, email, **options) as page:
            return shot(page)

    return take


def _at(slug: str, email: str, path: str) -> Callable[[Studio], Image.Image]:
    def take(studio: Studio) -> Image.Image:
        with studio.portal(slug, email, path) as page:
            return shot(page)

    return take


def _change_plan(studio: Studio) -> Image.Image:
    of = studio.one("nocturna", "subscriptions", "ada@quietbyte.example")["id"]
    (yearly,) = [each for each in studio.get("nocturna", "/v1/plans?limit=100") if each["name"] == "Pro, yearly"]
    with studio.portal("nocturna", "ada@quietbyte.example", f"/subscriptions/{of}/change?plan={yearly['id']}") as page:
        return shot(page)


def _cancel(studio: Studio) -> Image.Image:
    of = studio.one("nocturna", "subscriptions", "ada@quietbyte.example")["id"]
    with studio.portal("nocturna", "ada@quietbyte.example", f"/subscriptions/{of}/cancellation") as page:
        page.get_by_label("It is too expensive").check()
        page.get_by_role("button", name="Cancel subscription").click()
        page.locator("[data-offer]").wait_for()
        return shot(page)


def _embed(studio: Studio) -> Image.Image:
    widgets = studio.get("larkfield", "/v1/portal_configurations?limit=100")
    widget = next(each["id"] for each in widgets if each["slug"] == "larkfield-widget-test")
    with served() as site, studio.page() as page:
        changed = {"embed": {"allowed_origins": [site.origin]}}
        of = f"/v1/portal_configurations/{widget}"
        assert studio.stack.request("PATCH", of, key=studio.keys["larkfield"], json=changed).status_code == 200
        site.pages["/"] = _VENDOR_PAGE.replace("WIDGET", widget).replace("BASE", studio.stack.base_url)
        page.goto(site.origin)
        page.frame_locator("iframe").get_by_text("Team plan").first.wait_for()
        return shot(page, whole=False)


def _mail(studio: Studio) -> Image.Image:
    def failed() -> list[dict[str, Any]]:
        mails = studio.get("heliodor", "/v1/messages?limit=100&kind=payment_failed")
        return [each for each in mails if each["to"] == "mira@halden.example"]

    until(lambda: bool(failed()), seconds=60, what="the mail about the failed payment")
    with studio.page() as page:
        page.set_viewport_size({"width": 700, "height": 760})
        page.set_content(_with_inter(studio.stack.request("GET", f"/mailbox/{failed()[0]['id']}/html").text))
        return shot(page)


def _with_inter(html: str) -> str:
    """A mail as a reader with the font that it asks for first shows it, whichever fonts this machine has."""
    font = base64.b64encode((STATIC / "fonts" / "inter-latin.woff2").read_bytes()).decode()
    face = f"@font-face {{ font-family: Inter; font-weight: 100 900; src: url(data:font/woff2;base64,{font}) }}"
    return html.replace("</head>", f"<style>{face}</style></head>", 1)


def _invoice(studio: Studio) -> Image.Image:
    of = studio.one("heliodor", "invoices", "mira@halden.example")["id"]
    answer = studio.stack.request("GET", f"/v1/invoices/{of}/pdf", key=studio.keys["heliodor"])
    assert answer.status_code == 200, answer.text
    drawn = subprocess.run(
        ["pdftoppm", "-png", "-r", "90", "-f", "1", "-l", "1", "-"],
        input=answer.content,
        capture_output=True,
        check=True,
    )
    return Image.open(io.BytesIO(drawn.stdout)).convert("RGB")


SIZES: Final = ((13, 320), (14, 768), (15, 1280))
"""Numbers and widths of the first page as the smallest phone, a tablet and a desktop have it."""
SCREENS: Final[dict[str, Callable[[Studio], Image.Image]]] = {
    "01-sign-in": _sign_in,
    "02-overview": _overview("heliodor", "mira@halden.example"),
    "03-overview-phone-dark": _overview("nocturna", "nora@driftlab.example", phone=True, dark=True),
    "04-overview-phone-arabic": _overview("heliodor", "rania@haddad.example", phone=True, language="ar"),
    "05-change-plan": _change_plan,
    "06-cancel-offer": _cancel,
    "07-invoices": _at("heliodor", "clara@morgentau.example", "/invoices"),
    "08-payment-methods": _at("nocturna", "radu@ionescu.example", "/payment-methods"),
    "09-billing-details": _at("heliodor", "clara@morgentau.example", "/details"),
    "10-embed": _embed,
    "11-mail-payment-failed": _mail,
    "12-invoice": _invoice,
    **{
        f"{number}-overview-{width}": _overview("heliodor", "mira@halden.example", width=width)
        for number, width in SIZES
    },
    **CONSOLE,
}
_VENDOR_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Larkfield</title><style>
body { margin: 0; display: grid; grid-template-columns: 220px 1fr;
  font: 15px/1.5 system-ui, sans-serif; min-height: 100vh }
nav { background: #12382d; color: #cfe5dc; padding: 28px 24px } nav b { color: #fff; font-size: 18px }
nav p { margin: 18px 0 } nav p:last-child { color: #fff; font-weight: 600 } main { padding: 28px 32px }
h1 { font-size: 22px; margin: 0 0 16px }
</style></head><body><nav><b>Larkfield</b><p>Scores</p><p>Takes</p><p>Band</p><p>Billing</p></nav>
<main><h1>Billing &amp; payment</h1><div id="billing"></div></main>
<script>
  window.Bursar = window.Bursar || function () { (Bursar.q = Bursar.q || []).push(arguments) };
  Bursar("init", { widget: "WIDGET", container: "#billing", email: "mira@tessaly.example" });
</script><script async src="BASE/embed/v1.js"></script></body></html>"""


def difference(one: Image.Image, other: Image.Image) -> float:
    """How different two pictures are from afar, of 255; the lower one ends in nothing."""
    height = max(one.height * other.width // one.width, other.height)
    rows = max(1, COLUMNS * height // other.width)
    far = []
    for each in (one, other):
        sheet = Image.new("RGB", (other.width, height), each.getpixel((2, each.height - 3)))  # type: ignore[arg-type]
        sheet.paste(each.resize((other.width, each.height * other.width // each.width)))
        far.append(sheet.filter(ImageFilter.BoxBlur(12)).resize((COLUMNS, rows), Image.Resampling.BOX))
    shades = ImageChops.difference(far[0], far[1]).tobytes()
    return sum(shades) / len(shades)


def is_alike(one: Image.Image, baseline: Image.Image) -> bool:
    """About the same size, and about the same from afar."""
    same_width = one.width == baseline.width
    taller = abs(one.height - baseline.height) / baseline.height
    return same_width and taller <= MOST_TALLER and difference(one, baseline) <= MOST_DIFFERENT


def path_of(name: str) -> Path:
    """Where the baseline is kept."""
    return FOLDER / f"{name}.webp"


def a_studio(stack: Stack, browser: Browser) -> Studio:
    """The demo on a running system, a key of each of its vendors, and a browser."""
    stack.bursar("demo")
    made = {slug: stack.bursar("keys", "create", "--vendor", slug, "--name", "Screens") for slug in VENDORS}
    return Studio(stack, browser, {slug: done.stdout.strip() for slug, done in made.items()})


VENDORS: Final = ("larkfield", "heliodor", "nocturna")


def main(names: list[str]) -> None:
    """Shoot them all anew, or those that are named."""
    with tempfile.TemporaryDirectory() as folder, a_stack(Path(folder)) as stack, a_browser() as browser:
        studio = a_studio(stack, browser)
        for name, take in SCREENS.items():
            if not names or name in names:
                keep(take(studio), path_of(name))
                print(path_of(name))


def keep(picture: Image.Image, path: Path) -> None:
    """As WebP, of as good a quality as fits."""
    for quality in (88, 75, 60, 45):
        picture.save(path, "WEBP", quality=quality, method=6)
        if path.stat().st_size < LARGEST:
            return


if __name__ == "__main__":
    main(sys.argv[1:])
