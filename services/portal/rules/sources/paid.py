"""CALCULATES what is printed of an invoice that was paid at another source: its lines, such that the totals agree.

The source says what tax there is in all; an invoice of ours wants a rate for each line. The rate is the one, to a
hundredth of a percent, at which the lines come to exactly this tax. Where there is none (several rates on one invoice)
the lines are printed without tax and the tax as a line of its own: no total ever differs from what was paid.

Worked example: lines of 2000 and 500, tax 475, total 2975: exclusive, at 1900. Lines of 2975, tax 475, total 2975:
inclusive, at 1900. Lines of 2500, tax 333, total 2833: 1332 comes to exactly 333, so that is the rate.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from services.portal.rules.sources.facts import InvoiceFacts, LineFacts
from shared.totals import HUNDRED_PERCENT, Line, TaxBehavior
from shared.totals import calculate as totals_of

_AROUND: Final = (0, 1, -1, 2, -2, 3, -3)
"""Basis points around the quotient: rounding of the tax may hide the true rate by so much on small amounts."""


@dataclass(frozen=True, kw_only=True)
class Printed:
    """The lines, and how tax is shown in them."""

    lines: tuple[Line, ...]
    tax_behavior: TaxBehavior


def calculate(invoice: InvoiceFacts, *, description: str, tax_name: str) -> Printed:
    """The lines. `description` is for what came without any that add up; `tax_name` for a line that is only tax."""
    lines, behavior = _lines(invoice, description)
    if not invoice.tax:
        return Printed(lines=lines, tax_behavior=behavior)
    amount = sum(line.amount for line in lines)
    net = amount - invoice.tax if behavior == "inclusive" else amount
    for rate in _rates(net, invoice.tax):
        at_rate = tuple(replace(line, tax_rate=rate) for line in lines)
        if totals_of(at_rate, invoice.currency, behavior).tax == invoice.tax:
            return Printed(lines=at_rate, tax_behavior=behavior)
    bare = lines if behavior == "exclusive" else (_whole(description, net),)
    return Printed(lines=(*bare, _whole(tax_name, invoice.tax)), tax_behavior="exclusive")


def _lines(invoice: InvoiceFacts, description: str) -> tuple[tuple[Line, ...], TaxBehavior]:
    lines = tuple(_line(each, description) for each in invoice.lines if each.amount)
    amount = sum(line.amount for line in lines)
    if lines and amount == invoice.total - invoice.tax:
        return lines, "exclusive"
    if lines and amount == invoice.total:
        return lines, "inclusive"
    return (_whole(description, invoice.total - invoice.tax),), "exclusive"


def _rates(net: int, tax: int) -> Sequence[int]:
    if net <= 0 or tax < 0:
        return ()
    nearest = (2 * tax * HUNDRED_PERCENT + net) // (2 * net)
    whole = 100 * ((nearest + 50) // 100)  # whole percents before odd ones
    return [each for each in (whole, *(nearest + step for step in _AROUND)) if 0 < each <= HUNDRED_PERCENT]


def _line(each: LineFacts, description: str) -> Line:
    quantity = max(each.quantity, 1)
    return Line(
        description=each.description[:500] or description,
        quantity=quantity,
        amount=each.amount,
        unit_amount=each.amount // quantity if each.amount % quantity == 0 else None,
        period_start=None if each.period_start is None else each.period_start.isoformat(),
        period_end=None if each.period_end is None else each.period_end.isoformat(),
    )


def _whole(description: str, amount: int) -> Line:
    return Line(description=description, quantity=1, amount=amount, unit_amount=amount)
