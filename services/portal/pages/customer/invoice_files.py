"""What the invoices page lists, as a file: the same filter, all pages at once, whether or not invoices is there."""

import json
from typing import Any, Final

from flask import Blueprint, Response

from services.portal.pages.customer import invoice_filters, shell
from services.portal.queries import invoices
from services.portal.queries.invoices import InvoiceRow
from shared import spreadsheet
from shared.web import customer, session
from shared.web.downloads import attached

blueprint = Blueprint("invoice_files", __name__, url_prefix="/p/<slug>/invoices")

_COLUMNS: Final = ("number", "order_number", "date", "status", "description", "currency", "net", "tax", "total")


@blueprint.get("/invoices.csv")
@customer
def as_table(slug: str) -> Response:
    """For a spreadsheet. Amounts in whole units with a point, whatever the language: `28.01`."""
    rows = ({**_facts(each), **_amounts(each)} for each in _found(slug))
    return attached(spreadsheet.written(_COLUMNS, rows), name="invoices.csv", mimetype="text/csv")


@blueprint.get("/invoices.json")
@customer
def as_objects(slug: str) -> Response:
    """For a program. Amounts in minor units, as everywhere in the API."""
    rows = [
        {**_facts(each), "net": each.net.amount, "tax": each.tax.amount, "total": each.total.amount}
        for each in _found(slug)
    ]
    content = json.dumps({"data": rows}, ensure_ascii=False, indent=2).encode()
    return attached(content, name="invoices.json", mimetype="application/json")


def _found(slug: str) -> list[InvoiceRow]:
    portal = shell.open_portal(slug)
    choices = invoice_filters.choices(portal)
    return list(invoices.every(session(), portal=portal, wanted=invoice_filters.wanted(choices)))


def _facts(row: InvoiceRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "order_number": row.order_number,
        "date": row.dated_at.date().isoformat(),
        "status": row.status,
        "description": row.description,
        "currency": row.total.currency,
    }


def _amounts(row: InvoiceRow) -> dict[str, Any]:
    return {"net": row.net.decimal, "tax": row.tax.decimal, "total": row.total.decimal}
