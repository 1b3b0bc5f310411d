"""The sheet of a receipt: that a payment arrived, for what, and what of it went back since."""

from collections.abc import Sequence
from typing import Any

from services.invoices.adapters import sheet
from services.invoices.adapters.sheet import Words, foreign
from services.invoices.rules.credit import FinalCredit
from services.invoices.rules.finalization import FinalInvoice


def compose(final: FinalInvoice, refunds: Sequence[FinalCredit], *, language: str, is_test: bool) -> dict[str, Any]:
    """The sheet, plain JSON, as of the newest of `refunds`. `language` is one that texts exist in."""
    said = Words(language, final.totals.currency)
    as_of = max([final.paid_at, *(each.issued_at for each in refunds)])
    return sheet.compose(final, language=language, is_test=is_test) | {
        "title": said("receipt.title", number=final.order_number),
        "heading": said("receipt.heading"),
        "number": said("title", number=final.number),
        "issued": {"year": as_of.year, "month": as_of.month, "day": as_of.day},
        "timestamp": int(as_of.timestamp()),
        "words": sheet.fixed_words(said, final)
        | {
            "billed_to": said("receipt.received_from"),
            "number_line": said("receipt.title", number=final.order_number),
        },
        "pills": _pills(said, final, refunds, is_test=is_test),
        "facts": _facts(said, final),
        "totals": _totals(said, final, refunds),
        "total": _total(said, final, refunds),
        "notes": [],
    }


def _pills(said: Words, final: FinalInvoice, refunds: Sequence[FinalCredit], *, is_test: bool) -> list[dict[str, str]]:
    pills = [{"tone": "plain", "words": said("receipt.test")}] if is_test else []
    pills.append({"tone": "paid", "words": said("status.paid", date=said.date(final.paid_at))})
    if refunds:
        key = "receipt.refunded" if _kept(final, refunds) == 0 else "receipt.partly_refunded"
        pills.append({"tone": "plain", "words": said(key)})
    return pills


def _facts(said: Words, final: FinalInvoice) -> list[list[dict[str, str]]]:
    paid_with = [("paid_with", foreign(final.method)["text"])] if final.method else []
    first = [("paid_on", said.date(final.paid_at))]
    return [[{"label": said(key), "value": value} for key, value in column] for column in (first, paid_with)]


def _totals(said: Words, final: FinalInvoice, refunds: Sequence[FinalCredit]) -> list[dict[str, str]]:
    """Net and tax; with refunds also what was paid, and each of them."""
    rows = sheet.totals(said, final.totals)
    if refunds:
        rows.append({"label": said("receipt.paid"), "value": said.money(final.totals.total)})
    for each in refunds:
        label = said("receipt.refund", date=said.date(each.refunded_at), number=each.number)
        rows.append({"label": label, "value": said.money(-each.totals.total)})
    return rows


def _total(said: Words, final: FinalInvoice, refunds: Sequence[FinalCredit]) -> dict[str, str]:
    label = said("receipt.kept") if refunds else said("receipt.paid")
    return {"label": label, "value": said.money(_kept(final, refunds))}


def _kept(final: FinalInvoice, refunds: Sequence[FinalCredit]) -> int:
    return final.totals.total - sum(each.totals.total for each in refunds)
