"""The language somebody reads in: chosen from the menu, kept for pages, mails and documents to come."""

import re
from typing import Final

from flask import Blueprint, Response, request

from services.portal.actions import customers
from services.portal.pages.customer import shell
from shared import clock
from shared.errors import FieldError, Invalid
from shared.i18n import LANGUAGES
from shared.web import caller, customer, redirect_to, remember_language, session

blueprint = Blueprint("language", __name__, url_prefix="/p/<slug>/language")

_PAGE: Final = re.compile(r"(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*", re.ASCII)


@blueprint.post("")
@customer
def choose(slug: str) -> Response:
    """Remember the language and go back to the page it was chosen on. A viewer may.

    What a customer's own people choose is theirs: the browser keeps it, the customer's mails stay as they are.
    """
    portal = shell.open_portal(slug)
    chosen = request.form.get("locale", "")
    if chosen not in LANGUAGES:
        raise Invalid(FieldError.of("locale", "unknown_locale", offered=", ".join(LANGUAGES)))
    if caller().delegate is None:
        for each in caller().customers:
            customers.update(session(), customer_id=each, values={"locale": chosen}, now=clock.now())
    return remember_language(redirect_to(shell.home(portal.slug) + _page()), chosen)


def _page() -> str:
    """The page inside this portal that the form was on, without what was asked of it; else the first page."""
    page = request.form.get("page", "")
    return page if _PAGE.fullmatch(page) else ""
