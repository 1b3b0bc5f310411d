"""The portal that a page belongs to, in whose looks and language it is shown, and who is signed in to it."""

from dataclasses import dataclass
from typing import Any

from flask import Response

from services.portal.pages.customer import looks
from services.portal.queries import customers, portals
from services.portal.queries.customers import CustomerView
from services.portal.queries.portals import PortalView
from shared import addresses
from shared.ui import Brand, Links, logo_url
from shared.web import caller, dress, prefer_language, redirect_to, render, session


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What every page of a portal shows around its own matter. `signed_in_as` is masked for a weak sign-in."""

    portal: PortalView
    brand: Brand
    signed_in_as: str


def open_portal(slug: str) -> PortalView:
    """The portal of this address; its language and looks are those of the page from here on. Raises NotFound."""
    portal = portals.portal(session(), slug=slug)
    prefer_language(portal.default_locale, detect=portal.auto_detect)
    dress(_brand(portal))
    return portal


def show(
    template: str, *, portal: PortalView, of: tuple[CustomerView, ...] | None = None, status: int = 200, **views: Any
) -> Response:
    """The page in the portal's frame. `of` are the customers signed in, where the page knows them already."""
    people = customers.in_scope(session()) if of is None else of
    frame = Frame(portal=portal, brand=_brand(portal), signed_in_as=_said(people))
    return render(template, status=status, brand=frame.brand, frame=frame, portal=portal, **views)


def home(slug: str) -> str:
    """The address of the portal's first page."""
    return f"/p/{slug}"


def to_overview(portal: PortalView, done: str, subscription_id: str) -> Response:
    """Back to the first page, which says what was done."""
    return redirect_to(f"{home(portal.slug)}?done={done}&of={subscription_id}")


def _said(people: tuple[CustomerView, ...]) -> str:
    email = people[0].email if people else ""
    return email if caller().assurance == "verified" else addresses.mask(email)


def _brand(portal: PortalView) -> Brand:
    return Brand(
        name=portal.display_name,
        home=home(portal.slug),
        logo_url=logo_url(portal.slug, portal.logo),
        stylesheet=looks.address(portal),
        links=Links(
            home=portal.links.return_to,
            privacy=portal.links.privacy,
            terms=portal.links.terms,
            support=portal.links.support,
        ),
    )
