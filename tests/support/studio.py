"""A running demo with a browser in front of it, for pictures of its pages."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Browser, Page, StorageState

from tests.support.browser import DESKTOP, PHONE
from tests.support.platform_mail import platform_code
from tests.support.polling import until
from tests.support.stack import Stack

_OWNER: Final = "nadja@heliodor.example"


@dataclass
class Studio:
    """A running demo, and a browser to look at it with. `keys`: each vendor's test key."""

    stack: Stack
    browser: Browser
    keys: dict[str, str]
    is_bare: bool = False
    """Without any style sheet: what a broken page looks like."""
    staff: StorageState | None = None
    """A browser in which somebody of Heliodor's is signed in to the console, once they are."""

    @contextmanager
    def page(
        self,
        *,
        phone: bool = False,
        dark: bool = False,
        language: str = "en-US",
        width: int | None = None,
        state: StorageState | None = None,
    ) -> Iterator[Page]:
        """A page in a profile of its own; `width` in CSS pixels where it is neither the phone's nor the desktop's.
        `state`: what was signed in to before.
        """
        viewport = PHONE if phone else DESKTOP
        context = self.browser.new_context(
            viewport={"width": width or viewport["width"], "height": viewport["height"]},
            color_scheme="dark" if dark else "light",
            locale=language,
            reduced_motion="reduce",
            timezone_id="UTC",
            storage_state=state,
        )
        context.set_default_timeout(60_000)
        if self.is_bare:
            context.route("**/*.css*", lambda route: route.abort())
        try:
            yield context.new_page()
        finally:
            context.close()

    @contextmanager
    def portal(self, slug: str, email: str, path: str = "", **options: Any) -> Iterator[Page]:
        """A customer's page, signed in by a link that the operator made."""
        with self.page(**options) as page:
            self.stack.let_an_hour_pass()  # auth counts an address's sign-ins by the hour, and all come from here
            page.goto(self.stack.bursar("link", email, "--vendor", slug).stdout.strip())
            page.locator("[data-use]").first.click()
            page.wait_for_url(re.compile(rf"/p/{slug}-test/?(\?.*)?$"))
            page.goto(f"{self.stack.base_url}/p/{slug}-test{path}")
            yield page

    @contextmanager
    def console(self, path: str, **options: Any) -> Iterator[Page]:
        """A page of Heliodor's console in test mode, as its owner sees it."""
        self.staff = self.staff or self._signed_in()
        with self.page(state=self.staff, **options) as page:
            page.goto(f"{self.stack.base_url}/console{path}")
            yield page

    def _signed_in(self) -> StorageState:
        self.stack.bursar("staff", "invite", _OWNER, "--vendor", "heliodor", "--role", "owner", "--name", "Nadja Berg")
        self.stack.let_an_hour_pass()
        with self.page() as page:
            page.goto(f"{self.stack.base_url}/console")
            page.get_by_label("E-mail address").fill(_OWNER)
            page.get_by_role("button", name="Send link and code").click()
            page.get_by_label("Six-digit code").fill(platform_code(self.stack, _OWNER))
            page.get_by_role("button", name="Test mode").click()
            page.get_by_text("Test mode: nothing here is real money.").wait_for()
            return page.context.storage_state()

    def get(self, slug: str, path: str) -> list[dict[str, Any]]:
        """A list of the vendor's, from the API."""
        answer = self.stack.request("GET", path, key=self.keys[slug])
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["data"]
        return found

    def one(self, slug: str, kind: str, email: str) -> dict[str, Any]:
        """The newest thing of that kind which a customer has."""
        (customer,) = self.get(slug, f"/v1/customers?email={email}")
        found: list[dict[str, Any]] = []

        def is_there() -> bool:
            found[:] = self.get(slug, f"/v1/{kind}?limit=1&customer={customer['id']}")
            return bool(found)

        until(is_there, seconds=60, what=f"{kind} of {email}")
        return found[0]


def shot(page: Page, *, whole: bool = True) -> Image.Image:
    """The page as it stands, when all its fonts are there."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")
    return Image.open(io.BytesIO(page.screenshot(full_page=whole, animations="disabled", caret="hide"))).convert("RGB")
