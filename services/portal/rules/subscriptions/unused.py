"""CALCULATES what of the money paid for a period has not been used by a moment.

Every payment whose period holds the moment counts, each for its own period: the one for the whole period and those a
change has added. Of each, the part for the time still ahead, to the second, but never more than has not been given back
already. What is given back as credit keeps the tax rate it was paid at. Where a change to something cheaper has kept
a part as credit, that part of the time still ahead has been given back, too.

Worked example: 30.00 EUR paid for June, canceled on 11 June at 0:00: 20.00 unused. With 15.00 given back before: 15.00.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.portal.rules.subscriptions import proration
from services.portal.rules.subscriptions.period import Period
from shared.totals import Line


@dataclass(frozen=True)
class Kept:
    """So much of a payment became credit `at` a moment, for the time from then on."""

    amount: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Paid:
    """A payment: what it was for, and what went back of it already, in minor units."""

    payment: str
    period: Period
    lines: Sequence[Line]
    total: int
    refunded: int
    kept: Sequence[Kept] = ()


@dataclass(frozen=True)
class OfRate:
    """Unused amount as in a line, and the tax rate of it."""

    tax_rate: int
    amount: int


@dataclass(frozen=True, kw_only=True)
class Unused:
    """Of one payment: `total` with tax, and the same as amounts of lines by rate."""

    payment: str
    total: int
    rates: tuple[OfRate, ...]


def calculate(paid: Sequence[Paid], *, at: datetime) -> tuple[Unused, ...]:
    """What is unused at `at`, payment by payment; those with nothing left are left out."""
    found = (_of_one(each, at) for each in paid if each.period.start <= at < each.period.end)
    return tuple(each for each in found if each.total > 0)


def _of_one(paid: Paid, at: datetime) -> Unused:
    left = paid.total - paid.refunded
    ahead = proration.calculate(paid.total, of=paid.period, start=at)
    credited = sum(
        proration.calculate(each.amount, of=Period(each.at, paid.period.end), start=at) for each in paid.kept
    )
    still = max(ahead - credited, 0)
    total = min(still, left)
    by_rate: dict[int, int] = {}
    for line in paid.lines:
        by_rate[line.tax_rate] = by_rate.get(line.tax_rate, 0) + line.amount
    rates = tuple(
        OfRate(
            rate,
            min(
                _share(proration.calculate(amount, of=paid.period, start=at), still, ahead),
                _share(amount, left, paid.total),
            ),
        )
        for rate, amount in sorted(by_rate.items())
        if amount > 0
    )
    return Unused(payment=paid.payment, total=total, rates=tuple(each for each in rates if each.amount > 0))


def _share(amount: int, left: int, total: int) -> int:
    """What is left of an amount when `left` is left of the total; rounded down."""
    return amount * left // total if total else 0
