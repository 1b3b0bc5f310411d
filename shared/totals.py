"""Lines, tax and totals of what is charged: portal calculates them, invoices recomputes and prints them.

Tax is rounded once per rate, half away from zero, on the sum of that rate's lines (EN 16931,
BR-CO-17), not line by line. Amounts are minor units, rates basis points: 1900 is 19 %.

Worked example: lines of 1000 and 999 at 1900, exclusive: net 1999, tax 379.81 -> 380, total 2379.
The same inclusive: gross 1999, net 1999/1.19 = 1679.83 -> 1680, tax 319, total 1999.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from shared.errors import Invalid
from shared.money import EXPONENTS, LARGEST, AmountTooLarge, UnknownCurrency

TaxBehavior = Literal["exclusive", "inclusive"]
HUNDRED_PERCENT: Final = 10_000  # basis points


class LineDoesNotAddUp(Invalid):
    code = "line_does_not_add_up"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line: `amount` is what counts. `unit_amount` is None where it does not divide (imported history)."""

    description: str
    quantity: int
    amount: int
    unit_amount: int | None = None
    tax_rate: int = 0
    period_start: str | None = None  # ISO 8601, UTC
    period_end: str | None = None


@dataclass(frozen=True)
class TaxTotal:
    """Of one rate: its net, its tax, both in minor units."""

    rate: int
    net: int
    tax: int


@dataclass(frozen=True)
class Totals:
    """`net + tax == total`, and so for each rate."""

    currency: str
    net: int
    tax: int
    total: int
    taxes: tuple[TaxTotal, ...]


def calculate(lines: Sequence[Line], currency: str, tax_behavior: TaxBehavior) -> Totals:
    """Totals of `lines`. Raises UnknownCurrency, LineDoesNotAddUp, AmountTooLarge."""
    if currency not in EXPONENTS:
        raise UnknownCurrency(currency=currency)
    by_rate: dict[int, int] = {}
    for position, line in enumerate(lines, start=1):
        if line.unit_amount is not None and line.quantity * line.unit_amount != line.amount:
            raise LineDoesNotAddUp(position=position)
        by_rate[line.tax_rate] = by_rate.get(line.tax_rate, 0) + line.amount
    taxes = tuple(_taxed(rate, amount, tax_behavior) for rate, amount in sorted(by_rate.items()))
    net, tax = sum(each.net for each in taxes), sum(each.tax for each in taxes)
    if abs(net + tax) > LARGEST:
        raise AmountTooLarge(largest=LARGEST)
    return Totals(currency=currency, net=net, tax=tax, total=net + tax, taxes=taxes)


def _taxed(rate: int, amount: int, tax_behavior: TaxBehavior) -> TaxTotal:
    if tax_behavior == "exclusive":
        return TaxTotal(rate, amount, _divide_half_up(amount * rate, HUNDRED_PERCENT))
    net = _divide_half_up(amount * HUNDRED_PERCENT, HUNDRED_PERCENT + rate)
    return TaxTotal(rate, net, amount - net)


def _divide_half_up(numerator: int, denominator: int) -> int:
    """Rounded half away from zero."""
    quotient = (2 * abs(numerator) + denominator) // (2 * denominator)
    return quotient if numerator >= 0 else -quotient
