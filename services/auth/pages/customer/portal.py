"""The portal that a page belongs to: its looks, its language, its cookies, who is signed in to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from flask import Response, request

from services.auth.actions.sign_in import SignedIn, Visitor
from services.auth.adapters.secrets import digest
from services.auth.queries import portals, sessions
from services.auth.queries.portals import PortalView
from services.auth.queries.sessions import SessionView
from services.auth.rules import device, link, sign_in
from services.auth.rules.session import SessionEnded
from services.auth.settings import Settings
from shared import clock
from shared.database import scope
from shared.errors import NotFound
from shared.ui import Brand, Links, logo_url
from shared.web import client_address, cookies, prefer_language, redirect_to, session, settings
from shared.web.htmx import language

WINDOW_LIFETIME: Final = int(link.LIFETIME.total_seconds())


@contextmanager
def entered(slug: str) -> Iterator[PortalView]:
    """Within the block, queries see this portal's vendor and mode only. Raises NotFound, also for one at rest."""
    portal = portals.by_slug(session(), slug)
    if portal is None or not portal.active:
        raise NotFound
    languages = portal.languages
    prefer_language(languages.get("default_locale") or "en", detect=languages.get("auto_detect") is not False)
    with scope.system(vendor=portal.vendor, mode=portal.mode, job="sign_in"):
        yield portal


def brand(portal: PortalView) -> Brand:
    """How the portal's pages are dressed; nothing here depends on another service being up."""
    links = portal.links
    return Brand(
        name=portal.display_name,
        home=f"/p/{portal.slug}",
        logo_url=logo_url(portal.slug, portal.appearance.get("logo")),
        stylesheet=f"/p/{portal.slug}/sign-in/brand.css?v={portal.revision}",
        links=Links(
            home=links.get("return"),
            privacy=links.get("privacy"),
            terms=links.get("terms"),
            support=links.get("support"),
        ),
    )


def visitor() -> Visitor:
    """Who is in front of the browser, as far as it tells."""
    return Visitor(
        client=sign_in.client_of(client_address()),
        device=device.calculate(request.headers.get("User-Agent", "")),
        locale=language(),
    )


def current(portal: PortalView) -> SessionView | None:
    """The session this browser has here, if it is still good."""
    token = request.cookies.get(cookies.name(_public_url(), portal.slug))
    if not token:
        return None
    try:
        return sessions.by_token_hash(session(), token_hash=digest(token), portal=portal.slug, now=clock.now())
    except SessionEnded:
        return None


def window(portal: PortalView) -> str | None:
    """What this browser window was given when it asked for a link."""
    return request.cookies.get(cookies.name(_public_url(), _window_subject(portal)))


def keep_window(answer: Response, portal: PortalView, value: str) -> Response:
    """The browser window is known by `value`, as long as the link lives."""
    cookies.put(answer, _public_url(), _window_subject(portal), value, max_age=WINDOW_LIFETIME)
    return answer


def enter(portal: PortalView, signed_in: SignedIn) -> Response:
    """This browser is signed in, under a token nobody could have planted, and goes where it wanted to."""
    answer = go_to(signed_in.return_path)
    cookies.put(answer, _public_url(), portal.slug, signed_in.token)
    cookies.drop(answer, _public_url(), _window_subject(portal))
    return answer


def leave(portal: PortalView) -> Response:
    """This browser is signed out."""
    answer = redirect_to(f"/p/{portal.slug}/sign-in")
    cookies.drop(answer, _public_url(), portal.slug)
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
