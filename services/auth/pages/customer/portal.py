"""The portal that a page belongs to: its looks, its language, its cookies, who is signed in to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from flask import Response, request

from services.auth.actions.sign_in import SignedIn, Visitor
from services.auth.adapters import Adapters
from services.auth.adapters.secrets import digest
from services.auth.queries import places as known_places
from services.auth.queries import portals, sessions
from services.auth.queries.portals import PortalView
from services.auth.queries.sessions import SessionView
from services.auth.rules import device, link, sign_in
from services.auth.rules.session import SessionEnded
from services.auth.rules.standing import VendorClosed
from services.auth.settings import Settings
from shared import clock
from shared.database import scope
from shared.database.session import Session
from shared.errors import NotFound
from shared.places import PLACES
from shared.ui import Brand, Links, logo_url, look_of
from shared.ui import digest as digest_of
from shared.web import (
    adapters,
    caller_or_none,
    client_address,
    cookies,
    frames,
    places,
    prefer_language,
    redirect_to,
    render,
    session,
    settings,
)
from shared.web.htmx import dress as wear
from shared.web.htmx import language

WINDOW_LIFETIME: Final = int(link.LIFETIME.total_seconds())
LONGEST_TOKEN: Final = 100


@contextmanager
def entered(slug: str, *, within: Session | None = None) -> Iterator[PortalView]:
    """Within the block, queries see this portal's vendor and mode only. Raises NotFound, also for one at rest,
    and VendorClosed."""
    portal = known_places.PLACES.get(slug) or portals.by_slug(within or session(), slug)
    if portal is None:
        raise NotFound
    languages = portal.languages
    prefer_language(
        languages.get("default_locale") or "en",
        detect=languages.get("auto_detect") is not False,
        texts=languages.get("texts") or {},
    )
    if portal.closed is not None:
        raise VendorClosed(vendor=portal.closed.vendor, contact=portal.closed.contact)
    if not portal.active:
        raise NotFound
    with scope.system(vendor=portal.vendor, mode=portal.mode, job="sign_in"):
        yield portal


def brand(portal: PortalView) -> Brand:
    """How the portal's pages are dressed; nothing here depends on another service being up."""
    links, look = portal.links, look_of(portal.appearance)
    logo, dark = (logo_url(portal.slug, portal.appearance.get(name)) for name in ("logo", "logo_dark"))
    return Brand(
        name=portal.display_name,
        home=places.home(portal.slug) or "/",
        logo_url=places.outside(logo) if logo else None,
        dark_logo_url=places.outside(dark) if dark else None,
        stylesheet=f"{places.home(portal.slug)}/sign-in/brand.css?v={digest_of(look)}",
        font_file=look.typeface.first_file,
        theme=look.theme,
        powered_by=bool(portal.appearance.get("powered_by")),
        links=Links(
            home=portal.return_url or links.get("return"),
            privacy=links.get("privacy"),
            terms=links.get("terms"),
            support=links.get("support"),
            accessibility=None if portal.slug in PLACES else f"{places.home(portal.slug)}/accessibility",
        ),
    )


def dress(portal: PortalView) -> None:
    """From here on every page of this request wears the portal's looks, one that is not auth's own as well."""
    wear(brand(portal))


def dress_error(session: Session, slug: str) -> None:
    """A page that says what went wrong, as its portal. Raises NotFound, VendorClosed."""
    with entered(slug, within=session) as portal:
        dress(portal)


def visitor() -> Visitor:
    """Who is in front of the browser, as far as it tells."""
    return Visitor(
        client=sign_in.client_of(client_address()),
        device=device.calculate(request.headers.get("User-Agent", "")),
        locale=language(),
    )


def current(portal: PortalView) -> SessionView | None:
    """The session this browser, or this frame, has here, if it is still good."""
    who = caller_or_none()
    try:
        if who is not None and who.framed and who.session is not None:
            return sessions.by_id(session(), who.session, portal=portal.slug, now=clock.now(), in_frame=True)
        token = request.cookies.get(cookies.name(_public_url(), portal.slug))
        if token and portal.slug in PLACES:
            return known_places.current(session(), portal, token_hash=digest(token), now=clock.now())
        if token:
            return sessions.by_token_hash(session(), token_hash=digest(token), portal=portal.slug, now=clock.now())
    except SessionEnded:
        return None
    return None


def arrival(portal: PortalView, what: str) -> Response:
    """The page of a link whose token rides in the fragment: without any secret, and without changing anything.

    Its script posts the token to `/sign-in/<what>/describe`, puts what comes back into the page, and, when a person
    clicks the `data-use` button in it, posts the token to the address that the button names.
    """
    answer = render("auth/link.html", brand=brand(portal), portal=portal, what=what)
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def given_token() -> str:
    """What the script of `arrival` sent, cut to a length that no token of ours has."""
    return request.form.get("token", "")[:LONGEST_TOKEN]


def window(portal: PortalView) -> str | None:
    """What this browser window was given when it asked for a link; a frame is known by the session that it holds."""
    if frames.is_framed():
        return frame_window()
    return request.cookies.get(cookies.name(_public_url(), _window_subject(portal)))


def frame_window() -> str | None:
    """What a frame's code belongs to: its session, in a form that nobody else can make. None outside of a frame."""
    who = caller_or_none()
    if who is None or not who.framed or who.session is None:
        return None
    return adapters(Adapters).secrets.code_mac(who.session, "window of a frame")


def keep_window(answer: Response, portal: PortalView, value: str) -> Response:
    """The browser window is known by `value`, as long as the link lives. A frame has no cookie to keep it in."""
    if frames.is_framed():
        return answer
    cookies.put(answer, _public_url(), _window_subject(portal), value, max_age=WINDOW_LIFETIME)
    return answer


def enter(portal: PortalView, signed_in: SignedIn) -> Response:
    """This browser is signed in, under a token nobody could have planted, and goes where it wanted to."""
    answer = hold(go_to(signed_in.return_path), portal, signed_in.token)
    cookies.drop(answer, _public_url(), _window_subject(portal))
    return answer


def hold(answer: Response, portal: PortalView, token: str) -> Response:
    """From this answer on the session goes by `token`: in the cookie, or in the memory of the frame that asked."""
    if frames.is_framed():
        return frames.hand_over(answer, token)
    cookies.put(answer, _public_url(), portal.slug, token)
    return answer


def leave(portal: PortalView, *others: PortalView) -> Response:
    """This browser is signed out, of all of these, and shown the first one's sign-in."""
    answer = redirect_to(f"/p/{portal.slug}/sign-in")
    if not frames.is_framed():
        for each in (portal, *others):
            cookies.drop(answer, _public_url(), each.slug)
    return answer


def go_to(path: str) -> Response:
    """303; a script that asked is told the address instead, since it could not read it from a redirect."""
    if request.headers.get("HX-Request") == "true":
        return Response(status=200, headers={"HX-Redirect": path})
    return redirect_to(path)


def _window_subject(portal: PortalView) -> str:
    return f"{portal.slug}_pre"


def _public_url() -> str:
    return settings(Settings).public_url
