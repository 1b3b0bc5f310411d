"""CALCULATES how much of a customer's credit is taken off a bill, oldest credit first.

Unused time that was paid for is kept with the tax rate it was paid at, in minor units as in a line. It comes off as
negative lines, never further than to zero; what is left stays for the next bill. Such credit counts only where the
amounts mean the same: with tax inside both, or on top of both. What a vendor grants has no rate: it is a discount, at
the rates of what it is taken off, a line for each, and takes no rate below zero.

Worked example: a bill of 100.00 at 19 % inclusive, credits of 30.00 and 90.00 at 19 %: lines of -30.00 and -70.00, the
bill comes to 0, and 20.00 stay. The other way round, lines of 10.00 and -25.00 come to less than nothing: 15.00 become
credit, and a line of 15.00 says so. A grant of 30.00 on a bill of 20.00 at 19 % and 40.00 at 7 %: -20.00 at 19 %,
-10.00 at 7 %.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from shared.totals import HUNDRED_PERCENT, Line, TaxBehavior
from shared.totals import calculate as totals_of


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A credit: what remains of it, in minor units, at its rate; None: at that of what it is taken off."""

    id: str
    description: str
    remaining: int
    tax_rate: int | None


@dataclass(frozen=True, kw_only=True)
class Used:
    """So much of a credit, and the line that says so; a credit without a rate may be used in several."""

    id: str
    amount: int
    line: Line


def calculate(
    *, lines: Sequence[Line], kept: Sequence[Kept], currency: str, tax_behavior: TaxBehavior
) -> tuple[Used, ...]:
    """What is taken off `lines`, which come to zero or more."""
    used: list[Used] = []
    billed = list(lines)
    for credit in kept:
        left = credit.remaining
        for rate, bound in _places(billed, credit):
            total = totals_of(billed, currency, tax_behavior).total
            if total <= 0:
                return tuple(used)
            part = replace(credit, remaining=left if bound is None else min(left, bound), tax_rate=rate)
            amount = _most(billed, part, rate=rate, total=total, currency=currency, tax_behavior=tax_behavior)
            if amount > 0:
                line = _line(credit, amount, rate)
                used.append(Used(id=credit.id, amount=amount, line=line))
                billed.append(line)
                left -= amount
    return tuple(used)


def excess(*, lines: Sequence[Line], currency: str, tax_behavior: TaxBehavior) -> dict[int, int]:
    """What `lines` come to below zero, by tax rate and as positive amounts: it becomes credit instead."""
    added: dict[int, int] = {}
    for rate in sorted({line.tax_rate for line in lines}):
        below = -sum(line.amount for line in lines if line.tax_rate == rate)
        total = _with(lines, added, currency, tax_behavior)
        if below <= 0 or total >= 0:
            continue
        whole = -total if tax_behavior == "inclusive" else -total * HUNDRED_PERCENT // (HUNDRED_PERCENT + rate)
        amount = min(below, whole)
        while amount < below and _with(lines, added | {rate: amount}, currency, tax_behavior) < 0:
            amount += 1
        added[rate] = amount
    return added


def settled(
    bill: Sequence[Line], kept: Sequence[Kept], *, currency: str, tax_behavior: TaxBehavior, description: str = ""
) -> tuple[Line, ...]:
    """The bill less credit; below zero it comes to zero, with lines of this description for what will be credit."""
    if totals_of(bill, currency, tax_behavior).total < 0:
        found = excess(lines=bill, currency=currency, tax_behavior=tax_behavior)
        more = (
            Line(description=description, quantity=1, unit_amount=most, amount=most, tax_rate=rate)
            for rate, most in found.items()
        )
        return (*bill, *more)
    used = calculate(lines=bill, kept=kept, currency=currency, tax_behavior=tax_behavior)
    return (*bill, *(each.line for each in used))


def _with(lines: Sequence[Line], added: Mapping[int, int], currency: str, tax_behavior: TaxBehavior) -> int:
    """What the lines come to with these amounts, by rate, on top."""
    more = [Line(description="", quantity=1, amount=amount, tax_rate=rate) for rate, amount in added.items()]
    return totals_of([*lines, *more], currency, tax_behavior).total


def _places(billed: Sequence[Line], credit: Kept) -> list[tuple[int, int | None]]:
    """The rates to take it off at, each with the most there (None: no bound); what was billed first comes first."""
    if credit.tax_rate is not None:
        return [(credit.tax_rate, None)]
    at: dict[int, int] = {}
    for line in billed:
        at[line.tax_rate] = at.get(line.tax_rate, 0) + line.amount
    return [(rate, most) for rate, most in at.items() if most > 0]


def _most(
    billed: Sequence[Line], credit: Kept, *, rate: int, total: int, currency: str, tax_behavior: TaxBehavior
) -> int:
    """The most that leaves the bill at zero or more. Rounding of tax may cost a step or two of a minor unit."""
    whole = total if tax_behavior == "inclusive" else total * HUNDRED_PERCENT // (HUNDRED_PERCENT + rate) + 2
    amount = min(credit.remaining, whole)
    while amount > 0 and totals_of([*billed, _line(credit, amount, rate)], currency, tax_behavior).total < 0:
        amount -= 1
    return amount


def _line(credit: Kept, amount: int, rate: int) -> Line:
    return Line(description=credit.description, quantity=1, unit_amount=-amount, amount=-amount, tax_rate=rate)
