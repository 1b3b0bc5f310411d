"""Pages: one template each; asked by htmx, its block alone. What every template finds at hand.

Real links and forms do everything; htmx only replaces parts of a page.
"""

import re
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from flask import Flask, Response, make_response, redirect, render_template, request
from jinja2 import ChoiceLoader, PackageLoader, StrictUndefined
from jinja2_fragments.flask import render_block

from shared import i18n
from shared.money import Money
from shared.ui import Brand, asset
from shared.web import cookies, csrf
from shared.web.context import this, wiring

LOCALE_COOKIE: Final = "bursar_locale"
_PORTAL: Final = re.compile(r"/p/[a-z0-9-]+")
LANGUAGE_KEPT: Final = 365 * 24 * 3600  # seconds


def install(app: Flask) -> None:
    """Templates of the service and of shared.ui, and the functions that they use."""
    own = app.jinja_loader
    loaders = [loader for loader in (own, PackageLoader("shared.ui")) if loader is not None]
    app.jinja_options = {
        "loader": ChoiceLoader(loaders),
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    app.jinja_env.autoescape = True
    app.jinja_env.globals.update(
        t=translate,
        money=money,
        date=date,
        percent=percent,
        csrf_field=csrf.field,
        csrf_token=csrf.token,
        asset=asset,
        in_language=in_language,
        languages=i18n.LANGUAGES,
        language_names={each: i18n.name_of(each) for each in i18n.LANGUAGES},
    )
    app.context_processor(_standing)
    app.after_request(_remember_language)


def render(template: str, *, fragment: str | None = None, status: int = 200, **views: Any) -> Response:
    """The page, or its block `fragment` when htmx asked. `brand=` in views dresses it in the vendor's colors."""
    if "brand" in views:
        dress(views["brand"])
    if fragment is not None and request.headers.get("HX-Request") == "true":
        answer = make_response(render_block(template, fragment, **views), status)
    else:
        answer = make_response(render_template(template, **views), status)
    answer.headers["Vary"] = "HX-Request, Cookie, Accept-Language"
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Language"] = language()
    return answer


def redirect_to(url: str) -> Response:
    """303: the browser goes there with a GET. A 303 is followed by htmx as well."""
    return make_response(redirect(url, code=303))


def error_page(*, status: int, sentence: str, request_id: str) -> Response:
    """An error for a person, in the shell of the vendor whose page it was."""
    answer = make_response(
        render_template("ui/error.html", status=status, sentence=sentence, request_id=request_id, home=_home()), status
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def language() -> str:
    """The language of this page: chosen (`?locale=`, then the cookie), the browser's, or the portal's default."""
    for chosen in (request.args.get("locale", ""), request.cookies.get(LOCALE_COOKIE, "")):
        if chosen in i18n.LANGUAGES:
            return chosen
    default = this().default_language or i18n.DEFAULT
    if not this().detect_language:
        return default
    return i18n.negotiate(request.headers.get("Accept-Language", ""), i18n.LANGUAGES, default)


def dress(brand: Brand) -> None:
    """From here on this request's page wears these looks, an error page as well."""
    this().brand = brand


def prefer_language(default: str, *, detect: bool) -> None:
    """What the portal prefers: its default language, and whether the browser's counts before it."""
    this().default_language = default if default in i18n.LANGUAGES else i18n.DEFAULT
    this().detect_language = detect


def translate(key: str, **params: Any) -> str:
    """`{{ t("portal.overview.title") }}`."""
    return i18n.text(key, language(), **params)


def money(amount: Money | int, currency: str | None = None) -> str:
    """`{{ money(card.price) }}`, or minor units and a currency."""
    value = amount if isinstance(amount, Money) else Money(amount, str(currency))
    return i18n.format_money(value, language())


def date(moment: datetime, *, short: bool = False) -> str:
    """`18 December 2026`, or `18 Dec 2026`."""
    return i18n.format_date(moment, language(), short=short)


def percent(basis_points: int) -> str:
    """`{{ percent(1900) }}` is `19%`, as the page's language writes it."""
    return i18n.format_percent(basis_points, language())


def in_language(chosen: str) -> str:
    """This page's address in another language, everything else in it kept."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in ("locale", "done", "of")]
    return f"{request.path}?{urlencode([*kept, ('locale', chosen)])}"


def _remember_language(answer: Response) -> Response:
    """The choice from the menu stays for a year, for every portal of this host."""
    chosen = request.args.get("locale")
    if chosen in i18n.LANGUAGES and answer.mimetype == "text/html" and chosen != request.cookies.get(LOCALE_COOKIE):
        answer.set_cookie(
            LOCALE_COOKIE,
            chosen,
            max_age=LANGUAGE_KEPT,
            path="/",
            secure=not cookies.is_local(wiring().settings.public_url),
            httponly=True,
            samesite="Lax",
        )
    return answer


def _standing() -> dict[str, Any]:
    chosen = language()
    return {"language": chosen, "direction": i18n.direction(chosen), "brand": this().brand, "path": request.path}


def _home() -> str:
    in_portal = _PORTAL.match(request.path)
    return in_portal[0] if in_portal else "/"
