"""CALCULATES what a payment has bought of its own period, and how much of that was paid with money, how much without.

A period may be paid without money: with credit, or with the rest of another period that was taken off. What was paid
so never becomes money when it is given back, only credit, at the tax rate of what was taken off. What else a payment
was for, like earlier changes that were charged with it, belongs to a period that is over, and counts for nothing here.

Worked example: 25.00 EUR for June, of which 10.00 were taken off for credit: 15.00 in money, 10.00 in credit. A renewal
for 60.00 EUR with 17.50 for an upgrade in May: all of the 60.00 in money, and nothing of the 17.50.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.portal.rules.payments import crediting
from services.portal.rules.subscriptions.period import Period
from shared.totals import Line, TaxBehavior
from shared.totals import calculate as totals_of


@dataclass(frozen=True)
class OfRate:
    """An amount as in a line, in minor units, and the tax rate of it."""

    tax_rate: int
    amount: int


@dataclass(frozen=True, kw_only=True)
class Share:
    """`total` with tax, in minor units, and the same as amounts of lines by rate."""

    total: int
    rates: tuple[OfRate, ...]
    currency: str
    tax_behavior: TaxBehavior


@dataclass(frozen=True, kw_only=True)
class Worth:
    """Of what was bought for the period: so much was paid in money, so much without."""

    money: Share
    credit: Share


def calculate(*, lines: Sequence[Line], period: Period, total: int, currency: str, tax_behavior: TaxBehavior) -> Worth:
    """What a payment of `total`, with these lines, has bought of `period`."""
    bought = [line for line in lines if _ends(line) == period.end]
    off = [line for line in lines if _ends(line) != period.end and line.amount < 0]
    whole = _positive(bought, currency, tax_behavior)
    taken = _positive([opposite(line) for line in off], currency, tax_behavior)
    in_money = part(whole, min(total, whole.total))
    without = whole.total - in_money.total
    found = part(taken, min(without, taken.total)) if taken.total else part(whole, without)
    return Worth(money=in_money, credit=found)


def part(of: Share, total: int) -> Share:
    """A share that comes to `total` with tax, or a step of rounding less by its rates, and never to more."""
    if total == of.total:
        return of
    amounts = {each.tax_rate: each.amount * total // of.total for each in of.rates} if of.total else {}
    while amounts and value(_rates(amounts), of.currency, of.tax_behavior) > total:
        most = max(amounts, key=lambda rate: amounts[rate])
        amounts[most] -= 1
    return Share(total=total, rates=_rates(amounts), currency=of.currency, tax_behavior=of.tax_behavior)


def value(rates: Sequence[OfRate], currency: str, tax_behavior: TaxBehavior) -> int:
    """What these amounts come to with tax."""
    lines = [Line(description="", quantity=1, amount=each.amount, tax_rate=each.tax_rate) for each in rates]
    return totals_of(lines, currency, tax_behavior).total


def opposite(line: Line) -> Line:
    """The same with the other sign."""
    return Line(description=line.description, quantity=1, amount=-line.amount, tax_rate=line.tax_rate)


def _positive(lines: Sequence[Line], currency: str, tax_behavior: TaxBehavior) -> Share:
    """What the lines come to; nothing where that is less than nothing. Rates that are below zero lessen the others."""
    total = max(totals_of(lines, currency, tax_behavior).total, 0)
    below = [opposite(line) for line in lines]
    amounts = crediting.excess(lines=below, currency=currency, tax_behavior=tax_behavior) if total else {}
    return Share(total=total, rates=_rates(amounts), currency=currency, tax_behavior=tax_behavior)


def _rates(amounts: Mapping[int, int]) -> tuple[OfRate, ...]:
    return tuple(OfRate(rate, amount) for rate, amount in sorted(amounts.items()) if amount > 0)


def _ends(line: Line) -> datetime | None:
    return None if line.period_end is None else datetime.fromisoformat(line.period_end)
