"""The sheet of a credit note: what of an invoice was given back, at which rate of tax, and to which invoice it refers.

Amounts are positive, as they are in the e-invoice: what they are is said by the heading and the total.
"""

from typing import Any

from services.invoices.adapters import sheet
from services.invoices.adapters.sheet import Words, foreign
from services.invoices.rules.credit import FinalCredit
from services.invoices.rules.e_invoice import credited_name
from services.invoices.rules.finalization import FinalInvoice
from shared.totals import TaxTotal


def compose(final: FinalInvoice, credit: FinalCredit, *, language: str, is_test: bool) -> dict[str, Any]:
    """The sheet, plain JSON. `language` is one that texts exist in."""
    said = Words(language, credit.totals.currency)
    return sheet.compose(final, language=language, is_test=is_test) | {
        "title": said("credit.title", number=credit.number),
        "heading": said("credit.heading"),
        "number": credit.number,
        "issued": {"year": credit.issued_at.year, "month": credit.issued_at.month, "day": credit.issued_at.day},
        "timestamp": int(credit.issued_at.timestamp()),
        "words": sheet.fixed_words(said, final)
        | {
            "billed_to": said("credit.credited_to"),
            "amount": said("amount"),
            "number_line": said("credit.title", number=credit.number),
        },
        "pills": _pills(said, credit, is_test=is_test),
        "facts": _facts(said, final, credit),
        "lines": [_line(said, final, tax) for tax in credit.totals.taxes],
        "totals": sheet.totals(said, credit.totals),
        "total": {"label": said("credit.total"), "value": said.money(credit.totals.total)},
    }


def _pills(said: Words, credit: FinalCredit, *, is_test: bool) -> list[dict[str, str]]:
    refunded = {"tone": "paid", "words": said("credit.refunded", date=said.date(credit.refunded_at))}
    return [{"tone": "plain", "words": said("credit.test")}, refunded] if is_test else [refunded]


def _facts(said: Words, final: FinalInvoice, credit: FinalCredit) -> list[list[dict[str, str]]]:
    first = [
        ("issued", said.date(credit.issued_at)),
        ("credit.corrects", said("credit.corrected", number=final.number, date=said.date(final.issued_at))),
    ]
    second = [("credit.refunded_on", said.date(credit.refunded_at))]
    if final.buyer.get("po_number"):
        second.append(("po_number", foreign(final.buyer["po_number"])["text"]))
    return [[{"label": said(key), "value": value} for key, value in column] for column in (first, second)]


def _line(said: Words, final: FinalInvoice, tax: TaxTotal) -> dict[str, Any]:
    return {
        "description": foreign(credited_name(final, tax)),
        "note": "",
        "quantity": "1",
        "unit_price": said.money(tax.net),
        "tax": said.rate(tax.rate),
        "amount": said.money(tax.net),
    }
