"""DECIDES what a credit note says when so much of an invoice goes back: how much of it at which rate of tax.

What goes back is spread over the rates in proportion to what is left of each (largest remainder), and at each rate
over net and tax in proportion to what is left of those. So nothing that an invoice says is ever credited twice, and
credit notes over the whole of it come to its net and tax to the minor unit, rate by rate.
Worked example: an invoice of 100.00 at 19 % and 10.00 at 7 %, 119.00 and 10.70 with tax. 64.85 is half of it: 59.50
go back at 19 % (50.00 and 9.50), 5.35 at 7 % (5.00 and 0.35). The other half gives the rest of both.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.errors import Conflict, FieldError, Invalid
from shared.money import CurrencyMismatch
from shared.totals import TaxTotal, Totals


class CreditExceedsInvoice(Conflict):
    """All credit notes together would come to more than the invoice; `left` in minor units of `currency`."""

    code = "credit_exceeds_invoice"


@dataclass(frozen=True, kw_only=True)
class FinalCredit:
    """What an issued credit note says beside the invoice that it credits. Positive amounts; nothing of it changes."""

    number: str
    totals: Totals
    issued_at: datetime
    refunded_at: datetime
    locale: str


def decide(*, invoice: Totals, credited: Iterable[TaxTotal], amount: int, currency: str) -> Totals:
    """What is credited, tax included `amount`. `credited` is all that was before, rate by rate, in any order.

    Raises CreditExceedsInvoice, CurrencyMismatch, and Invalid for an amount that is not positive.
    """
    if currency != invoice.currency:
        raise CurrencyMismatch(first=invoice.currency, second=currency)
    if amount <= 0:
        raise Invalid(FieldError.of("amount", "not_positive"))
    rest = _rest(invoice.taxes, credited)
    left = sum(each.net + each.tax for each in rest)
    if amount > left:
        raise CreditExceedsInvoice(left=left, currency=invoice.currency)
    parts = _spread(amount, [each.net + each.tax for each in rest])
    taxes = tuple(_taxed(each, part) for each, part in zip(rest, parts, strict=True) if part)
    net, tax = sum(each.net for each in taxes), sum(each.tax for each in taxes)
    return Totals(currency=currency, net=net, tax=tax, total=net + tax, taxes=taxes)


def _rest(taxes: Sequence[TaxTotal], credited: Iterable[TaxTotal]) -> list[TaxTotal]:
    left = {each.rate: (each.net, each.tax) for each in taxes}
    for each in credited:
        net, tax = left[each.rate]
        left[each.rate] = (net - each.net, tax - each.tax)
    return [TaxTotal(rate, net, tax) for rate, (net, tax) in left.items()]


def _spread(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` in proportion to `weights`, whose sum is at least as much. No part is larger than its weight.

    A rate whose lines give back more than they cost weighs less than nothing, and so does its part.
    """
    whole = sum(weights)
    parts = [amount * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: (-(amount * weights[index] % whole), index))
    for index in by_remainder[: amount - sum(parts)]:
        parts[index] += 1
    return parts


def _taxed(rest: TaxTotal, part: int) -> TaxTotal:
    """Net rounded half up, but never so that more than is left of either is taken."""
    whole = rest.net + rest.tax
    net = (2 * part * rest.net + whole) // (2 * whole)
    return TaxTotal(rest.rate, net, part - net)
