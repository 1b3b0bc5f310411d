"""CALCULATES what of the money and of the credit paid for a period has not been used by a moment.

Every payment whose period holds the moment counts, each for its own period: the one for the whole period and those a
change has added. Of each, the part for the time still ahead, to the second, but never more than has not been given
back already. What was paid in money and what was paid with credit are kept apart: credit comes back as credit only,
at its tax rate. Where a change to something cheaper has kept a part as credit, that part of the time still ahead has
been given back, too.

Worked example: 30.00 EUR paid for June, canceled on 11 June at 0:00: 20.00 unused. With 15.00 given back before: 15.00.
With 12.00 of the 30.00 paid with credit: 12.00 in money and 8.00 in credit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.portal.rules.subscriptions import proration, worth
from services.portal.rules.subscriptions.period import Period
from services.portal.rules.subscriptions.worth import Share, Worth


@dataclass(frozen=True)
class Kept:
    """So much of a payment's money, and of what was paid with credit, became credit for the time from `at` on."""

    money: int
    at: datetime
    credit: int = 0


@dataclass(frozen=True, kw_only=True)
class Paid:
    """A payment: what it has bought of its period, and what went back of it already, in minor units."""

    payment: str
    period: Period
    worth: Worth
    total: int
    refunded: int
    kept: Sequence[Kept] = ()


@dataclass(frozen=True, kw_only=True)
class Unused:
    """Of one payment: what was paid in money, and what without."""

    payment: str
    money: Share
    credit: Share

    @property
    def total(self) -> int:
        """With tax."""
        return self.money.total + self.credit.total


def calculate(paid: Sequence[Paid], *, at: datetime) -> tuple[Unused, ...]:
    """What is unused at `at`, payment by payment; those with nothing left are left out."""
    found = (_of_one(each, at) for each in paid if each.period.start <= at < each.period.end)
    return tuple(each for each in found if each.total > 0)


def _of_one(paid: Paid, at: datetime) -> Unused:
    in_money = [(each.money, each.at) for each in paid.kept]
    in_credit = [(each.credit, each.at) for each in paid.kept]
    found = paid.worth
    money = _left(found.money.total, paid.period, in_money, most=paid.total - paid.refunded, at=at)
    credit = _left(found.credit.total, paid.period, in_credit, most=found.credit.total, at=at)
    return Unused(payment=paid.payment, money=worth.part(found.money, money), credit=worth.part(found.credit, credit))


def _left(total: int, period: Period, kept: Sequence[tuple[int, datetime]], *, most: int, at: datetime) -> int:
    """The part of `total` for the time ahead that was not given back, within what of `most` was not."""
    ahead = proration.calculate(total, of=period, start=at)
    gone = sum(proration.calculate(amount, of=Period(since, period.end), start=at) for amount, since in kept)
    return max(min(ahead - gone, most - sum(amount for amount, _since in kept)), 0)
