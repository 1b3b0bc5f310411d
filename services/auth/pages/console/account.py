"""How long what is known is kept, and closing the vendor's account for good."""

from typing import Final

from flask import Blueprint, Response, request

from services.auth.actions import standing
from services.auth.pages.console import shell
from services.auth.queries import vendors
from services.auth.queries.vendors import VendorView
from services.auth.rules import standing as rule
from services.auth.rules.roles import Ability
from shared import clock, lifetimes, retention
from shared.database import scope
from shared.errors import Invalid, Refusal
from shared.ui import Brand
from shared.web import caller, render, session

blueprint = Blueprint("console_account", __name__, url_prefix="/console/access/account")

DAY: Final = 86_400  # seconds


@blueprint.get("")
@shell.may(Ability.SEE_COMPANY)
def show() -> Response:
    """What is deleted when; for owners, the way out."""
    return _page()


@blueprint.post("")
@shell.may(Ability.CLOSE_ACCOUNT)
def close() -> Response:
    """Close it, for whoever types its short name."""
    return shell.answered(_close, refused=_page)


def _close() -> Response:
    found = _here()
    rule.check_named(slug=found.slug, typed=request.form.get("slug", ""))
    standing.close(session(), vendor_id=found.id, actor=caller().actor, now=clock.now())
    return render("auth/console/account_closed.html", brand=Brand(name=found.display_name), vendor=found.display_name)


def _here() -> VendorView:
    return vendors.one(session(), scope.current().vendor)


def _page(refusal: Refusal | None = None) -> Response:
    days = {name: int(kept.total_seconds()) // DAY for name, kept in lifetimes.KEPT.items()}
    here = _here()
    return shell.show(
        "auth/console/account.html",
        refusal=refusal,
        kept=days,
        years=retention.years(here.profile.get("country")),
        slug=here.slug,
        wrong=shell.by_field(refusal) if isinstance(refusal, Invalid) else {},
    )
