"""Links in mails to further addresses, for people who never sign in: agree to documents, or end them.

Agreeing: the token rides in the fragment, which no server, log or `Referer` sees; a script asks whose it is, and sends
it when a person clicks. Reading the page changes nothing, neither does a scanner that follows links.
Ending: the token is in the address, because mail programs send that themselves, with one POST.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, cast

from flask import Blueprint, Response, request

from services.portal.actions import recipients as actions
from services.portal.pages.embed import shell as embed
from services.portal.queries import recipients as queries
from services.portal.queries import widgets
from services.portal.queries.portals import PortalView
from services.portal.queries.recipients import Asked
from services.portal.settings import PortalSettings
from shared import clock, mail_links
from shared.database import scope
from shared.errors import NotFound
from shared.events import Mode
from shared.mail_links import LinkBroken, Purpose
from shared.ui import Links
from shared.web import csrf, dress, places, prefer_language, public, render, session, settings

blueprint = Blueprint("mail_links", __name__, url_prefix="/p/<slug>/recipient")


@dataclass(frozen=True)
class _Named:
    """Whom a link is about: whose customer's address."""

    recipient: str
    vendor: str
    mode: Mode


@blueprint.get("/confirm")
@public
def arrive(slug: str) -> Response:
    """A page without any secret: what it is for is in the fragment."""
    return _show("portal/recipient/arrive.html", _open(slug))


@blueprint.post("/confirm/describe")
@public
def describe(slug: str) -> Response:
    """What is asked, of whom, before anybody decides. Changes nothing."""
    portal = _open(slug)
    asked = _asked(_given())
    if asked is None:
        return _show("portal/recipient/gone.html", portal, status=410)
    return _show("portal/recipient/describe.html", portal, asked=asked)


@blueprint.post("/confirm")
@public
def confirm(slug: str) -> Response:
    """The owner of the address agrees. Again is fine."""
    portal, named = _open(slug), _given()
    asked = _asked(named)
    if named is None or asked is None:
        return _show("portal/recipient/gone.html", portal, status=410)
    with _inside(named):
        actions.confirm(session(), recipient_id=named.recipient, now=clock.now())
    return _show("portal/recipient/confirmed.html", portal, asked=asked)


@blueprint.get("/unsubscribe/<token>")
@public
def offer_end(slug: str, token: str) -> Response:
    """The button. Reading changes nothing."""
    portal = _open(slug)
    _read(Purpose.UNSUBSCRIBE, token)
    return _show("portal/recipient/unsubscribe.html", portal, token=token)


@blueprint.post("/unsubscribe/<token>")
@public
@csrf.from_anywhere
def end(slug: str, token: str) -> Response:
    """Send nothing there any more, also when a mail program says so by itself."""
    portal = _open(slug)
    named = _read(Purpose.UNSUBSCRIBE, token)
    with _inside(named):
        actions.unsubscribe(session(), recipient_id=named.recipient, now=clock.now())
    return _show("portal/recipient/unsubscribed.html", portal)


def _open(slug: str) -> PortalView:
    """The portal in whose looks and language this is shown. Raises NotFound."""
    portal = widgets.widget(session(), address=slug)
    prefer_language(portal.default_locale, detect=portal.auto_detect, texts=portal.texts)
    links = Links(privacy=portal.links.privacy, terms=portal.links.terms, support=portal.links.support)
    accessible = replace(links, accessibility=f"{places.home(portal.slug)}/accessibility")
    dress(replace(embed.brand(portal), links=accessible, own_rules=None))
    return portal


def _given() -> _Named | None:
    """What the script of `arrive` sent; None for what is no link of ours, or an old one."""
    try:
        return _read(Purpose.CONFIRM, request.form.get("token", ""))
    except NotFound:
        return None


def _read(purpose: Purpose, token: str) -> _Named:
    """Raises NotFound for what is no link of ours."""
    try:
        claims = mail_links.read(settings(PortalSettings).link_key, purpose, token)
    except LinkBroken:
        raise NotFound from None
    return _Named(claims["recipient"], claims["vendor"], cast("Mode", claims["mode"]))


def _asked(named: _Named | None) -> Asked | None:
    """What its owner is asked; None when the address was removed, or said no since."""
    if named is None:
        return None
    with _inside(named):
        return queries.asked(session(), recipient_id=named.recipient)


@contextmanager
def _inside(named: _Named) -> Iterator[None]:
    with scope.system(vendor=named.vendor, mode=named.mode, job="mail_link"):
        yield
        session().flush()  # while the rows are this vendor's


def _show(template: str, portal: PortalView, *, status: int = 200, **views: Any) -> Response:
    answer = render(template, status=status, portal=portal, **views)
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
