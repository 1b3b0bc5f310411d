"""Pages: one template each; asked by htmx, its block alone. What every template finds at hand.

Real links and forms do everything; htmx only replaces parts of a page.
"""

import re
from collections.abc import Mapping
from datetime import datetime, tzinfo
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlencode

from flask import Flask, Response, make_response, redirect, render_template, request
from jinja2 import ChoiceLoader, PackageLoader, StrictUndefined
from jinja2_fragments.flask import render_block

from shared import i18n
from shared.i18n import overrides
from shared.i18n.isolation import isolate
from shared.money import Money
from shared.ui import Brand, asset
from shared.web import cookies, csrf, error_looks, frames, kept_forms, places
from shared.web.context import Request, this, wiring

LOCALE_COOKIE: Final = "bursar_locale"
THEME_COOKIE: Final = "bursar_theme"
THEMES: Final = ("auto", "light", "dark")
_PORTAL: Final = re.compile(r"/p/[a-z0-9-]+")
CHOICE_KEPT: Final = 365 * 24 * 3600  # seconds
MOST_SAID: Final = 1_000  # characters


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
        moment=moment,
        number=number,
        percent=percent,
        csrf_field=csrf.field,
        csrf_token=csrf.token,
        asset=asset,
        home=places.home,
        in_language=in_language,
        in_theme=in_theme,
        themes=THEMES,
        languages=i18n.by_name(),
        language_names={each: i18n.name_of(each) for each in i18n.LANGUAGES},
    )
    app.context_processor(_standing)
    app.after_request(_remember_choices)
    app.after_request(lambda answer: kept_forms.bring_back(answer, said=lambda: translate("ui.restored")))


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
    known = {"status": status, "sentence": sentence, "request_id": request_id, "back": error_looks.way_back()}
    answer = make_response(render_template("ui/error.html", **known), status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def language() -> str:
    """The language of this page: chosen (`?locale=`, then the cookie), the visit's, the reader's own that is on file,
    the browser's, the portal's. A page asks with each of its texts.
    """
    here = this()
    if here.language is None:
        here.language = _language(here)
    return here.language


def _language(here: Request) -> str:
    known = (here.visit_language, here.reader_language)
    for chosen in (request.args.get("locale"), request.cookies.get(LOCALE_COOKIE), *known):
        if chosen in i18n.LANGUAGES:
            return str(chosen)
    default = here.default_language or i18n.DEFAULT
    if not here.detect_language:
        return default
    return _negotiated(request.headers.get("Accept-Language", ""), default)


@lru_cache(maxsize=256)
def _negotiated(wished: str, default: str) -> str:
    return i18n.negotiate(wished, i18n.LANGUAGES, default)


def theme() -> str:
    """How light this page is: as the way in says, else as somebody chose (`?appearance=`, then the cookie), else the
    portal's.
    """
    chosen = (this().visit_theme, request.args.get("appearance"), request.cookies.get(THEME_COOKIE))
    return next((each for each in chosen if each in THEMES), this().brand.theme)


def dress(brand: Brand) -> None:
    """From here on this request's page wears these looks, an error page as well."""
    this().brand = brand


def prefer_language(
    default: str, *, detect: bool, texts: Mapping[str, Mapping[str, str]] = MappingProxyType({})
) -> None:
    """What the portal prefers: its default language, whether the browser's counts before it, and in which words it
    says what, by language and key.
    """
    here = this()
    here.portal_texts = texts
    here.default_language = default if default in i18n.LANGUAGES else i18n.DEFAULT
    here.detect_language = detect
    here.language = None


def speak_to(reader_language: str | None) -> None:
    """The language that whoever is signed in has on file, None: no one language."""
    here = this()
    here.reader_language = i18n.base(reader_language) if reader_language else None
    here.language = None


def follow_visit(locale: str | None, translations: Mapping[str, str], *, theme: str | None = None) -> None:
    """What the way in said: the language to speak unless somebody chose, texts of the vendor's own in it, the theme."""
    here = this()
    here.visit_language, here.visit_theme, here.language = locale, theme, None
    if translations and locale == language():
        own = overrides.accepted(translations, locale)
        here.own_texts = own.texts
        if own.ignored:
            here.headers["Bursar-Ignored-Texts"] = ",".join(own.ignored)[:MOST_SAID]


def show_in(chosen: str) -> None:
    """The language of this page, whatever its reader's is: of a preview."""
    this().language = chosen if chosen in i18n.LANGUAGES else i18n.DEFAULT


def translate(key: str, **params: Any) -> str:
    """`{{ t("portal.overview.title") }}`. Text of a vendor's own is plain text like ours: templates escape it."""
    here = this()
    spoken = here.language or language()
    own = here.own_texts.get(key) or _said_by_portal(here, key, spoken)
    put_in = {name: isolate(value, spoken) for name, value in params.items()}
    return i18n.text(key, spoken, **put_in) if own is None else i18n.fill(own, put_in)


def _said_by_portal(here: Request, key: str, spoken: str) -> str | None:
    """Its own words, while they fit: a standard text may have got another place since they were kept."""
    said = here.portal_texts.get(spoken, {}).get(key)
    return said if said is not None and overrides.judge(key, said, spoken) is None else None


def money(amount: Money | int, currency: str | None = None) -> str:
    """`{{ money(card.price) }}`, or minor units and a currency."""
    value = amount if isinstance(amount, Money) else Money(amount, str(currency))
    return i18n.format_money(value, language())


def date(moment: datetime, *, short: bool = False) -> str:
    """`18 December 2026`, or `18 Dec 2026`."""
    return i18n.format_date(moment, language(), short=short)


def moment(at: datetime, zone: tzinfo) -> str:
    """`18 Dec 2026, 14:30`, on the clock of `zone`."""
    return i18n.format_moment(at, language(), zone=zone)


def number(count: int) -> str:
    """As people of the page's language write numbers."""
    return i18n.format_number(count, language())


def percent(basis_points: int) -> str:
    """`{{ percent(1900) }}` is `19%`, as the page's language writes it."""
    return i18n.format_percent(basis_points, language())


def in_language(chosen: str) -> str:
    """This page's address in another language, everything else in it kept."""
    return _with("locale", chosen)


def in_theme(chosen: str) -> str:
    """This page's address in light, in dark, or as the device is."""
    return _with("appearance", chosen)


def _with(name: str, value: str) -> str:
    kept = [(each, given) for each, given in request.args.items(multi=True) if each not in (name, "done", "of")]
    return f"{places.outside(request.path)}?{urlencode([*kept, (name, value)])}"


def _remember_choices(answer: Response) -> Response:
    """What is chosen from the menu stays for a year, for every portal of this host."""
    if frames.is_framed() or answer.mimetype != "text/html":
        return answer
    offered = (("locale", LOCALE_COOKIE, i18n.LANGUAGES), ("appearance", THEME_COOKIE, THEMES))
    for name, cookie, choices in offered:
        chosen = request.args.get(name)
        if chosen in choices:
            _remember(answer, cookie, str(chosen))
    return answer


def remember_language(answer: Response, chosen: str) -> Response:
    """From here on this browser reads pages in the language, in every portal of this host."""
    if not frames.is_framed():
        _remember(answer, LOCALE_COOKIE, chosen)
    return answer


def _remember(answer: Response, cookie: str, chosen: str) -> None:
    if chosen == request.cookies.get(cookie):
        return
    answer.set_cookie(
        cookie,
        chosen,
        max_age=CHOICE_KEPT,
        path="/",
        secure=not cookies.is_local(wiring().settings.public_url),
        httponly=True,
        samesite="Lax",
    )


def _standing() -> dict[str, Any]:
    chosen = language()
    return {
        "language": chosen,
        "direction": i18n.direction(chosen),
        "brand": this().brand,
        "theme": theme(),
        "theme_is_given": this().visit_theme in THEMES,
        "path": places.outside(request.path),
        "page_inside": _PORTAL.sub("", request.path, count=1) if request.method == "GET" else "",
        "framed": frames.is_framed(),
        "looks_on_at": _looks_on_at(),
    }


def _looks_on_at() -> str | None:
    """Where the portal is in which staff look on as a customer, if they do: every page says so."""
    who = this().caller
    return places.home(who.portal) if who is not None and who.is_looking_on and who.portal else None
