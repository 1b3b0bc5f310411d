"""Documents by period: a month's or a year's invoices as a ZIP, one PDF, CSV, JSON or a statement, made meanwhile."""

import re
from typing import Final

from flask import Blueprint, Response, request

from services.portal.adapters import Adapters
from services.portal.adapters.periods import STATEMENT, Made, NotMade
from services.portal.pages.customer import invoice_filters, period_choices, shell
from services.portal.pages.customer.period_choices import SPANS
from services.portal.queries import customers, invoices, vendors
from services.portal.queries.portals import PortalView
from shared import clock
from shared.errors import Unavailable
from shared.web import adapters, caller, customer, redirect_to, session
from shared.web.htmx import language

blueprint = Blueprint("periods", __name__, url_prefix="/p/<slug>/invoices/periods")

FORMATS: Final = ("zip", "pdf", "csv", "json", STATEMENT)
TROUBLES: Final = ("period_empty", "no_such_period", "too_many_documents", "too_many_archives", "archive_gone")
"""Codes of the invoices service that there are words for."""

_OWN_YEAR: Final = re.compile(r"FY\d{4}-(\d{2})", re.ASCII)


@blueprint.get("", strict_slashes=False)
@customer
def show(slug: str) -> Response:
    """The periods to choose from, and how far what was asked for is. A page that waits asks again."""
    return _page(shell.open_portal(slug))


@blueprint.post("", strict_slashes=False)
@customer
def ask(slug: str) -> Response:
    """Have the documents made, for each customer that the session stands for who has any."""
    portal = shell.open_portal(slug)
    invoices.require(portal)
    wanted = invoice_filters.wanted(invoice_filters.choices(portal), given=request.form)
    form = request.form.get("format", "")
    if invoices.is_narrow(portal) and (wanted.subscription is None or form == STATEMENT):
        return redirect_to(f"{shell.home(slug)}/invoices")
    troubles = [
        _ask_for(each.id, portal, form=form, subscription=wanted.subscription) for each in customers.in_scope(session())
    ]
    trouble = next((each for each in troubles if each not in (None, "period_empty")), None)
    if trouble is None and None not in troubles:
        trouble = "period_empty"
    if trouble is not None:
        return _page(portal, trouble=trouble, status=422)
    query = invoice_filters.query({"subscription": wanted.subscription} if wanted.subscription else {})
    return redirect_to(f"{shell.home(slug)}/invoices/periods{query}#made")


@blueprint.get("/<made_id>/file")
@customer
def fetch(slug: str, made_id: str) -> Response:
    """What was made, passed on as it comes."""
    portal = shell.open_portal(slug)
    invoices.require(portal)
    try:
        found = adapters(Adapters).periods.file(made_id, passport=caller().passport)
    except NotMade:
        return _page(portal, trouble="archive_gone", status=409)
    answer = Response(found.chunks, content_type=found.content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.filename}"'
    answer.headers["Cache-Control"] = "private, no-store"
    if found.content_length is not None:
        answer.content_length = found.content_length
    return answer


def _ask_for(customer_id: str, portal: PortalView, *, form: str, subscription: str | None) -> str | None:
    """What stood in the way, as a code; None when it is being made."""
    if form not in FORMATS:
        return "no_such_period"
    try:
        adapters(Adapters).periods.ask_for(
            customer=customer_id,
            period=period_choices.written(request.form),
            format=form,
            locale=language(),
            subscription=subscription if invoices.is_narrow(portal) else None,
            without_payments=invoices.hidden_payments(session(), portal=portal, customer=customer_id),
            passport=caller().passport,
        )
    except NotMade as refused:
        why = str(refused.params["why"])
        return why if why in TROUBLES else "no_such_period"
    return None


def _page(portal: PortalView, *, trouble: str | None = None, status: int = 200) -> Response:
    invoices.require(portal)
    given = request.form if request.method == "POST" else request.args
    choices = invoice_filters.choices(portal)
    wanted = invoice_filters.wanted(choices, given=given)
    if invoices.is_narrow(portal) and wanted.subscription is None:
        return redirect_to(f"{shell.home(portal.slug)}/invoices")
    made = _made()
    years = invoices.years(session(), portal=portal, subscription=wanted.subscription)
    return shell.show(
        "portal/customer/invoices/periods.html",
        portal=portal,
        status=status,
        trouble=trouble,
        made=made,
        is_away=made is None,
        formats=[each for each in FORMATS if each != STATEMENT or not invoices.is_narrow(portal)],
        spans=SPANS,
        subscription=wanted.subscription if invoices.is_narrow(portal) else None,
        offered=period_choices.of(years, now=clock.now(), language=language(), asked=wanted.year),
        chosen=period_choices.chosen(given, fiscal_month=_fiscal_month(made)),
        may_ask=not caller().is_looking_on,
    )


def _made() -> tuple[Made, ...] | None:
    """What was asked for lately; None while the invoices service is away."""
    try:
        return adapters(Adapters).periods.newest(passport=caller().passport)
    except Unavailable:
        return None


def _fiscal_month(made: tuple[Made, ...] | None) -> int:
    """The month in which the customer's own financial year began last time; else the vendor's."""
    own = next((found for each in made or () if (found := _OWN_YEAR.fullmatch(each.period))), None)
    return int(own[1]) if own else vendors.fiscal_year_start(session(), vendor=caller().vendor or "")
