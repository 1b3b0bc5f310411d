"""Key screens of the console, beside those of the portal in `screens.py`: Heliodor's, in test mode, by its owner."""

import re
from collections.abc import Callable
from typing import Any, Final

from PIL import Image

from tests.support.studio import Studio, shot


def _page(path: str, **options: Any) -> Callable[[Studio], Image.Image]:
    def take(studio: Studio) -> Image.Image:
        with studio.console(path, **options) as page:
            return shot(page, whole=False)

    return take


def _customer(**options: Any) -> Callable[[Studio], Image.Image]:
    def take(studio: Studio) -> Image.Image:
        (who,) = studio.get("heliodor", "/v1/customers?email=clara@morgentau.example")
        with studio.console(f"/customers/{who['id']}", **options) as page:
            return shot(page, whole=False)

    return take


def _ticket(studio: Studio) -> Image.Image:
    ticket = studio.one("heliodor", "tickets", "emma@visser.example")["id"]
    with studio.console(f"/tickets/{ticket}") as page:
        return shot(page, whole=False)


def _design(studio: Studio) -> Image.Image:
    (portal,) = studio.get("heliodor", "/v1/portal_configurations?is_default=true")
    with studio.console(f"/portals/{portal['id']}/design") as page:
        return shot(page, whole=False)


def _search(studio: Studio) -> Image.Image:
    with studio.console("/customers") as page:
        page.keyboard.press("Control+k")
        page.keyboard.type("mira")
        page.get_by_role("option", name=re.compile("mira@halden")).wait_for()
        return shot(page, whole=False)


CONSOLE: Final[dict[str, Callable[[Studio], Image.Image]]] = {
    "20-console-customers": _page("/customers"),
    "21-console-customer": _customer(),
    "22-console-customer-phone-dark": _customer(phone=True, dark=True),
    "23-console-plans": _page("/catalog/plans"),
    "24-console-portal-design": _design,
    "25-console-tickets-dark": _page("/tickets", dark=True),
    "26-console-ticket": _ticket,
    "27-console-messages": _page("/messages"),
    "28-console-messages-phone": _page("/messages", phone=True),
    "29-console-keys": _page("/access/keys"),
    "30-console-search": _search,
}
