"""No other site may send our forms: the request comes from our own origin, and carries a token of our own making.

The token is an HMAC keyed with a random cookie, which only this browser and our services know; forms carry it in a
hidden field, so they work without scripts. A sibling domain cannot plant the cookie: it is `__Host-`. No secret of one
service is in it, because a page of one has forms for another: portal's pages sign out at auth.

Whoever is signed in inside a frame is so by a header that only the frame's own script can send: no token is needed.
"""

import hmac
import secrets
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from flask import Response, after_this_request, current_app, request
from markupsafe import Markup

from shared.errors import Forbidden
from shared.web import cookies, frames, places
from shared.web.context import this, wiring

View = TypeVar("View", bound=Callable[..., Any])
FIELD: Final = "csrf_token"
HEADER: Final = "X-CSRF-Token"
_LENGTH: Final = 64  # characters of a token; what follows says whose page the form was on
_SAFE: Final = ("GET", "HEAD", "OPTIONS")
_SUBJECT: Final = "csrf"


class ForeignForm(Forbidden):
    """The form was not sent from a page of ours."""

    code = "foreign_form"


def from_anywhere(view: View) -> View:
    """A form that needs no page of ours: its secret address is the whole permission, whoever is signed in, and mail
    programs send it by themselves (RFC 8058). A test holds the list of views that wear this.
    """
    view.from_anywhere = True  # type: ignore[attr-defined]  # functions carry their marks
    return view


def check() -> None:
    """Raises ForeignForm for a writing request that another site could have made."""
    if request.method in _SAFE or getattr(_view(), "from_anywhere", False):
        return
    if not _is_own_origin():
        raise ForeignForm
    who = this().caller
    if who is not None and who.framed:
        return  # proven by a header of the frame's own, which no other site can make a browser send
    cookie = request.cookies.get(_name(), "")
    given = (request.form.get(FIELD) or request.headers.get(HEADER) or "")[:_LENGTH]
    if not cookie or not hmac.compare_digest(_token(cookie).encode(), given.encode("utf-8", "replace")):
        raise ForeignForm


def token() -> str:
    """The token for forms of this page; makes the cookie when the browser has none yet."""
    cookie = request.cookies.get(_name()) or this().csrf_cookie
    if not cookie:
        cookie = this().csrf_cookie = secrets.token_urlsafe(32)
        after_this_request(_set)
    return _token(cookie)


def field() -> Markup:
    """`{{ csrf_field() }}`: the hidden field that every form of ours has, but inside a frame, where it is of no use."""
    if frames.is_framed():
        return Markup("")
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token() + owner())


def owner() -> str:
    """Who is signed in, as only this browser's own cookie can say it; empty where no customer is."""
    who = this().caller
    if who is None or who.kind != "customer" or not who.customers:
        return ""
    cookie = request.cookies.get(_name()) or this().csrf_cookie or ""
    whose = "\n".join(("bursar form owner", who.portal or "", *sorted(who.customers)))
    return hmac.new(cookie.encode("utf-8", "replace"), whose.encode(), sha256).hexdigest()


def opened_by() -> str:
    """`owner` as it was on the page that the form of this request was on; empty where that is not known."""
    return request.form.get(FIELD, "")[_LENGTH:]


def _view() -> object:
    return current_app.view_functions.get(request.endpoint or "")


def _set(answer: Response) -> Response:
    cookies.put(answer, wiring().settings.public_url, _SUBJECT, this().csrf_cookie or "")
    return answer


def _name() -> str:
    return cookies.name(wiring().settings.public_url, _SUBJECT)


def _token(cookie: str) -> str:
    return hmac.new(cookie.encode("utf-8", "replace"), b"bursar csrf", sha256).hexdigest()


def _is_own_origin() -> bool:
    """`Sec-Fetch-Site` where the browser sends it, and `Origin` wherever it stands; one of them must."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site != "same-origin":
        return False
    if origin is not None:
        return _origin(origin) in _own_origins(wiring().settings.public_url)
    return site == "same-origin"


def _own_origins(public_url: str) -> set[tuple[str, str, int | None]]:
    """The public one; on one's own machine, that by any of its names. At a vendor's own host, that one alone."""
    scheme, host, port = _origin(public_url)
    if places.is_own_host():  # the gateway lets a request to no other host this far
        return {_origin(f"{scheme}://{request.host}")}
    hosts = cookies.LOCAL_HOSTS if cookies.is_local(public_url) else (host,)
    return {(scheme, each, port) for each in hosts}


def _origin(url: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return "", "", None
