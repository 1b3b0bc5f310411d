"""`bursar demo`, auth's part: the demo's vendors with their logos, and a customer's colleagues once they are known."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import click
from PIL import Image, ImageDraw

from services.auth.actions import delegates, vendors
from services.auth.actions.delegates import Invitation
from services.auth.cli.base import OPERATOR, Machine, in_vendor, machine, show_vendor
from services.auth.queries import identities, portals
from services.auth.queries import vendors as known_vendors
from services.auth.rules.delegate import DelegateExists
from shared import clock
from shared.errors import NotFound

SMALL: Final = "larkfield"
KNOWN_WITHIN: Final = 30.0  # seconds for what portal says of a new customer to arrive
VENDORS: Final[Mapping[str, Mapping[str, Any]]] = {
    "larkfield": {
        "display_name": "Larkfield",
        "email": "owner@larkfield.example",
        "default_locale": "en",
        "profile": {
            "legal_name": "Larkfield Music Ltd.",
            "address": ["14 Orchard Lane", "Bath BA1 1AA"],
            "country": "GB",
            "tax_id": "GB 123 4567 82",
            "email": "billing@larkfield.example",
            "website": "https://larkfield.example",
            "support_url": "https://larkfield.example/help",
            "brand_color": "#0b7a5b",
        },
    },
    "heliodor": {
        "display_name": "Heliodor Yoga",
        "email": "owner@heliodor.example",
        "default_locale": "de",
        "profile": {
            "legal_name": "Heliodor Yoga GmbH",
            "address": ["Lindenstraße 4", "10969 Berlin"],
            "country": "DE",
            "tax_id": "DE136695976",
            "email": "rechnung@heliodor.example",
            "website": "https://heliodor.example",
            "support_url": "https://heliodor.example/support",
            "brand_color": "#b4532a",
        },
    },
    "nocturna": {
        "display_name": "Nocturna",
        "email": "owner@nocturna.example",
        "default_locale": "es",
        "profile": {
            "legal_name": "Nocturna Cloud S.L.",
            "address": ["Calle de Alcalá 50", "28014 Madrid"],
            "country": "ES",
            "tax_id": "ESB58378431",
            "email": "billing@nocturna.example",
            "website": "https://nocturna.example",
            "support_url": "https://nocturna.example/support",
            "brand_color": "#7c5cff",
        },
    },
}
_SIDE: Final = 512  # pixels of a logo


@dataclass(frozen=True)
class _Colleague:
    """Somebody whom a customer of a vendor lets in."""

    slug: str
    customer: str
    email: str
    name: str
    role: str


_COLLEAGUES: Final = (
    _Colleague("heliodor", "greta@sonnenhof.example", "buch@sonnenhof.example", "Beat Huber", "accountant"),
    _Colleague("heliodor", "clara@morgentau.example", "max@morgentau.example", "Max Brandt", "billing_manager"),
    _Colleague("nocturna", "sam@northwind.example", "priti@northwind.example", "Priti Shah", "billing_manager"),
    _Colleague("nocturna", "sam@northwind.example", "joe@northwind.example", "Joe Marsh", "viewer"),
)


@click.command()
@click.option("--small", is_flag=True, help="Larkfield alone.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, a line for each vendor.")
def demo(*, small: bool, as_json: bool) -> None:
    """Make the demo vendors that are not there; print their addresses and, of new ones, their keys."""
    with machine() as here:
        for slug in (SMALL,) if small else VENDORS:
            _vendor(here, slug, as_json=as_json)


def _vendor(here: Machine, slug: str, *, as_json: bool) -> None:
    with here.database.begin() as session:
        try:
            vendor_view, made = known_vendors.by_slug(session, slug), {}
        except NotFound:
            registered = vendors.register(session, actor=OPERATOR, slug=slug, now=clock.now(), **VENDORS[slug])
            vendor_view, made = registered.vendor, registered.keys
            if slug in _DRAWN:
                image = _logo(slug)
                vendors.set_logo(session, vendor_id=vendor_view.id, image=image, actor=OPERATOR, now=clock.now())
    owner = VENDORS[slug]["email"]
    show_vendor(vendor_view, made, owner=owner, public_url=here.settings.public_url, as_json=as_json)


@click.command("demo-people", hidden=True)
def demo_people() -> None:
    """Let the colleagues of the demo's customers in, once portal has told of them."""
    with machine() as here:
        deadline = time.monotonic() + KNOWN_WITHIN
        for each in _COLLEAGUES:
            while not _invite(here, each) and time.monotonic() < deadline:
                time.sleep(0.2)


def _invite(here: Machine, colleague: _Colleague) -> bool:
    """False while the customer or the vendor's portal is not known here yet."""
    with here.database.begin() as session, in_vendor(session, colleague.slug, "test") as of:
        portal = portals.of_vendor(session, of.id, "test")
        found = identities.named(session, email_key=colleague.customer)
        if portal is None or not found:
            return False
        invitation = Invitation(
            customer=found[0].customer, email=colleague.email, name=colleague.name, role=colleague.role
        )
        with suppress(DelegateExists):
            delegates.invite(
                session, invitation, portal=portal, by=OPERATOR, public_url=here.settings.public_url, now=clock.now()
            )
    return True


def _logo(slug: str) -> bytes:
    """A PNG, drawn here: a sun for Heliodor, a moon for Nocturna."""
    ground, figure = _DRAWN[slug]
    image = Image.new("RGB", (_SIDE, _SIDE), ground)
    draw = ImageDraw.Draw(image)
    quarter = _SIDE // 4
    draw.ellipse((quarter, quarter, 3 * quarter, 3 * quarter), fill=figure)
    if slug == "nocturna":
        draw.ellipse((quarter + 90, quarter - 40, 3 * quarter + 90, 3 * quarter - 40), fill=ground)
    else:
        draw.ellipse((quarter + 60, quarter + 60, 3 * quarter - 60, 3 * quarter - 60), fill=ground)
    kept = BytesIO()
    image.save(kept, "PNG")
    return kept.getvalue()


_DRAWN: Final = {"heliodor": ("#b4532a", "#fff4df"), "nocturna": ("#1b1840", "#b9a8ff")}
"""Ground and figure."""
