"""The invoice history, from what the invoices service said before."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, Response, request

from services.portal.pages.customer import invoice_filters, shell
from services.portal.queries import credit_notes, invoices, payments
from services.portal.queries.invoices import STATUSES
from services.portal.queries.portals import PortalView
from shared.web import customer, session

blueprint = Blueprint("invoices", __name__, url_prefix="/p/<slug>/invoices")

LONGEST_CURSOR: Final = 40


@blueprint.get("", strict_slashes=False)
@customer
def show(slug: str) -> Response:
    """A page of those that are asked for, newest first; what is open stands on top, with the way to pay it."""
    portal = shell.open_portal(slug)
    invoices.require(portal)
    cursor = request.args.get("after", "")[:LONGEST_CURSOR] or None
    choices = invoice_filters.choices(portal)
    wanted = invoice_filters.wanted(choices)
    page = invoices.history(session(), portal=portal, cursor=cursor, wanted=wanted)
    asked = invoice_filters.asked(wanted)
    return shell.show(
        "portal/customer/invoices/index.html",
        portal=portal,
        page=page,
        credited=credit_notes.of_invoices(session(), [row.id for row in page.rows]),
        wanted=wanted,
        statuses=STATUSES,
        to_choose=choices if len(choices) > 1 and wanted.subscription is None else [],
        years=invoices.years(session(), portal=portal, subscription=wanted.subscription),
        unpaid=payments.unpaid(session()) if cursor is None else (),
        query=invoice_filters.query(asked),
        typed={name: invoice_filters.typed(name) for name in ("least", "most")},
        newest=_address(portal, asked) if cursor else None,
        older=_address(portal, {**asked, "after": page.next_cursor}) if page.next_cursor else None,
    )


def _address(portal: PortalView, asked: Mapping[str, str]) -> str:
    return f"{shell.home(portal.slug)}/invoices{invoice_filters.query(asked)}"
