"""The company behind the portals: what documents and mails print of it, its color, and its logo."""

from typing import Any, Final

from flask import Blueprint, Response, request

from services.auth.actions import vendors
from services.auth.pages.console import shell
from services.auth.queries import logos
from services.auth.queries import vendors as known
from services.auth.rules import logo, vendor
from services.auth.rules.roles import Ability
from shared import clock
from shared.database import scope
from shared.errors import Invalid, NotFound, Refusal
from shared.i18n import by_name, locale_of, name_of
from shared.i18n.countries import every_country
from shared.web import caller, redirect_to, session
from shared.web.htmx import language
from shared.web.uploads import takes_bodies

blueprint = Blueprint("console_company", __name__, url_prefix="/console/access/company")

LINES: Final = ("legal_name", "country", "tax_id", "email", "website", "support_url", "brand_color")
"""Fields of the profile that are one line; an empty one clears it."""
LARGEST_FORM: Final = logo.MAX_BYTES + 40_000  # bytes: the file and what a form puts around it


@blueprint.get("")
@shell.may(Ability.SEE_COMPANY)
def show() -> Response:
    """What is known of it."""
    return _page()


@blueprint.post("")
@shell.may(Ability.MANAGE_COMPANY)
def save() -> Response:
    """Save all that the form holds."""
    return shell.answered(_save, refused=lambda refusal: _page(refusal=refusal))


@blueprint.post("/logo")
@shell.may(Ability.MANAGE_COMPANY)
@takes_bodies(largest=LARGEST_FORM)
def upload() -> Response:
    """Show this picture from now on, everywhere or where pages are dark; or no other one there."""
    which = request.form.get("which", "")
    if which not in vendor.LOGOS:
        raise NotFound
    table = {"upload": lambda: _upload(which), **({"remove": _remove_dark} if which == "logo_dark" else {})}
    doing = shell.chosen(table, request.form.get("do", ""))
    return shell.answered(doing, refused=lambda refusal: _page(which=which, refusal=refusal))


@blueprint.get("/logo.png")
@shell.may(Ability.SEE_COMPANY)
def picture() -> Response:
    """The vendor's picture that `v` names."""
    png = logos.png(session(), vendor=scope.current().vendor, fingerprint=request.args.get("v"))
    return Response(png, content_type="image/png", headers={"Content-Disposition": "inline"})


def _save() -> Response:
    vendors.update(
        session(),
        vendor_id=scope.current().vendor,
        display_name=_line("display_name"),
        default_locale=_line("default_locale"),
        profile=_profile(),
        actor=caller().actor,
    )
    return redirect_to(f"{shell.HOME}/company?done=saved")


def _upload(which: str) -> Response:
    file = request.files.get("file")
    vendors.set_logo(
        session(),
        vendor_id=scope.current().vendor,
        image=file.read(logo.MAX_BYTES + 1) if file else b"",
        actor=caller().actor,
        now=clock.now(),
        for_dark=which == "logo_dark",
    )
    return redirect_to(f"{shell.HOME}/company?done=logo")


def _remove_dark() -> Response:
    vendors.remove_dark_logo(session(), vendor_id=scope.current().vendor, actor=caller().actor)
    return redirect_to(f"{shell.HOME}/company?done=logo")


def _profile() -> dict[str, Any]:
    address = [each.strip() for each in request.form.get("address", "")[: shell.LONGEST].splitlines() if each.strip()]
    month = request.form.get("fiscal_year_start", "1")
    if month not in map(str, vendor.MONTHS):
        raise NotFound
    return {
        **{name: _line(name) or None for name in LINES},
        "address": address or None,
        "fiscal_year_start": None if month == "1" else int(month),
    }


def _line(name: str) -> str:
    return request.form.get(name, "")[: shell.LONGEST].strip()


def _page(*, which: str = "", refusal: Refusal | None = None) -> Response:
    of = known.one(session(), scope.current().vendor)
    profile = {**of.profile, "address": "\n".join(of.profile.get("address") or ())}
    values = {"display_name": of.display_name, "default_locale": of.default_locale, **profile}
    wrong = shell.by_field(refusal) if isinstance(refusal, Invalid) else {}
    typed = request.form if refusal is not None and not which else {}
    return shell.show(
        "auth/console/company.html",
        refusal=None if wrong else refusal,
        status=shell.status_of(refusal) if refusal else 200,
        company=of,
        values={**values, **typed},
        logos=vendor.LOGOS,
        which=which,
        wrong=wrong,
        spoken=[(each, name_of(each)) for each in by_name()],
        countries=every_country(language()),
        months=tuple(locale_of(language()).months["stand-alone"]["wide"].items()),
        megabytes=logo.MAX_BYTES // 1_000_000,
        done=request.args.get("done"),
    )
