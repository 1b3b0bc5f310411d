"""The portal that a page belongs to, in whose looks and language it is shown, and who is signed in to it."""

from dataclasses import dataclass, replace
from typing import Any, Final

from flask import Response, request

from services.portal.pages.customer import looks
from services.portal.queries import customers, portals
from services.portal.queries.customers import CustomerView
from services.portal.queries.portals import PortalView
from services.portal.rules.portals import appearance, flows
from services.portal.rules.portals.appearance import LAYOUTS, Heading
from shared import addresses
from shared.errors import Unavailable
from shared.ui import Brand, Links, logo_url
from shared.web import (
    caller,
    dress,
    follow_visit,
    frames,
    places,
    prefer_language,
    redirect_to,
    render,
    session,
    speak_to,
)
from shared.web.htmx import language
from shared.web.visits import NOTHING, Visit, visit

_TITLES: Final = {"helpdesk": "portal.orders.title"}
"""By kind of portal; others are called after subscriptions and purchases."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What every page of a portal shows around its own matter. `signed_in_as` is masked for a weak sign-in.

    `title` is the key of what the first page is called. `in_flow`: the page belongs to the one action that the visit
    is for, so the rest is hidden; `leave` is where one gets to without it.
    """

    portal: PortalView
    brand: Brand
    signed_in_as: str
    title: str
    heading: Heading
    in_flow: bool
    leave: str


def open_portal(slug: str) -> PortalView:
    """The portal of this address; its language and looks are those of the page from here on. Raises NotFound."""
    portal = _as_asked(portals.portal(session(), slug=slug))
    prefer_language(portal.default_locale, detect=portal.auto_detect, texts=portal.texts)
    brought = _brought()
    follow_visit(brought.locale, brought.translations, theme=brought.theme)
    dress(brand_of(portal))
    return portal


def _as_asked(portal: PortalView) -> PortalView:
    """The page around a frame may choose how actions are laid out: as buttons or as a menu."""
    layout = request.args.get("actions")
    if frames.is_framed() and layout in LAYOUTS:
        return replace(portal, actions_layout=layout)
    return portal


def _brought() -> Visit:
    """What the way in brought along; nothing while auth is away, which is no reason to show no page."""
    try:
        return visit()
    except Unavailable:
        return NOTHING


def show(
    template: str, *, portal: PortalView, of: tuple[CustomerView, ...] | None = None, status: int = 200, **views: Any
) -> Response:
    """The page in the portal's frame. `of` are the customers signed in, where the page knows them already."""
    people = customers.in_scope(session()) if of is None else of
    speak_to(language_of(people))
    brand = replace(brand_of(portal), own_rules=looks.own_rules(portal, template=template))
    in_flow = _is_in_flow(portal)
    frame = Frame(
        portal=portal,
        brand=brand,
        signed_in_as=_said(people),
        title=title_of(portal),
        heading=appearance.heading(portal.appearance, language=language()),
        in_flow=in_flow,
        leave=(way_back(portal) if in_flow else None) or brand.home or "/",
    )
    return render(template, status=status, brand=frame.brand, frame=frame, portal=portal, **views)


def title_of(portal: PortalView) -> str:
    """The key of what its first page is called."""
    return _TITLES.get(portal.kind, "portal.overview.title")


def home(slug: str) -> str:
    """The address of the portal's first page, as redirects take it."""
    return f"/p/{slug}"


def flow() -> dict[str, Any] | None:
    """The one action that the visit is for, as the vendor named it."""
    return _brought().flow


def way_back(portal: PortalView) -> str | None:
    """Where "Back to …" leads: where the visit came from, else where the vendor has it lead."""
    return _brought().return_url or portal.return_url or portal.links.return_to


def _is_in_flow(portal: PortalView) -> bool:
    return flows.is_inside(flow(), page=request.path.removeprefix(home(portal.slug)))


def to_overview(portal: PortalView, done: str, subscription_id: str) -> Response:
    """Back to the first page, which says what was done."""
    return redirect_to(overview(portal.slug, done, subscription_id))


def overview(slug: str, done: str, subscription_id: str) -> str:
    """The address of the first page, with what was done."""
    return f"{home(slug)}?done={done}&of={subscription_id}"


def language_of(people: tuple[CustomerView, ...]) -> str | None:
    """That of the one customer who is signed in; a customer's own people, and staff who look on, have theirs."""
    return people[0].locale if len(people) == 1 and caller().delegate is None and not caller().is_looking_on else None


def _said(people: tuple[CustomerView, ...]) -> str:
    email = people[0].email if people else ""
    return email if caller().assurance == "verified" else addresses.mask(email)


def brand_of(portal: PortalView) -> Brand:
    """How the portal's pages are dressed. Home is what addresses begin with: nothing, at the root of a host."""
    logo, dark = (logo_url(portal.slug, portal.appearance.get(name)) for name in ("logo", "logo_dark"))
    return Brand(
        name=portal.display_name,
        home=places.home(portal.slug),
        logo_url=places.outside(logo) if logo else None,
        dark_logo_url=places.outside(dark) if dark else None,
        stylesheet=looks.address(portal),
        font_file=portal.look.typeface.first_file,
        theme=portal.look.theme,
        powered_by=bool(portal.appearance.get("powered_by")),
        links=Links(
            home=way_back(portal),
            privacy=portal.links.privacy,
            terms=portal.links.terms,
            support=portal.links.support,
            accessibility=f"{places.home(portal.slug)}/accessibility",
        ),
    )
