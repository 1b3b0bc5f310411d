"""What one payment has bought and what is left of it, counted naively: the parts of the naive books."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

RETRIES = (2, 7, 14, 21)
PERCENT = 20
"""Off, with every coupon there is."""


def month_after(start: datetime, number: int) -> datetime:
    """So many months later; a day that a month lacks becomes its last."""
    year, month = divmod(start.month - 1 + number, 12)
    for day in range(start.day, 0, -1):
        try:
            return start.replace(year=start.year + year, month=month + 1, day=day)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")


def rounded(amount: Fraction) -> int:
    """Half a cent goes away from zero."""
    return int(abs(amount) + Fraction(1, 2)) * (1 if amount >= 0 else -1)


def ahead(amount: int, start: datetime, end: datetime, at: datetime) -> int:
    """What is left of an amount for a time, at a moment."""
    if at <= start:
        return amount
    if at >= end:
        return 0
    second = timedelta(seconds=1)
    return amount - rounded(Fraction(amount * ((at - start) // second), (end - start) // second))


@dataclass
class Paid:
    """A payment that arrived: `lines` for the time from `start` to `end`, so much `money`, so much `credit` used.

    One for changes of a time that is over has no lines here.
    """

    start: datetime
    end: datetime
    lines: list[int]
    money: int
    credit: int
    refunded: int = 0
    moved: int = 0
    kept: list[tuple[int, int, datetime]] = field(default_factory=list)

    def unused(self, at: datetime) -> tuple[int, int]:
        """In money and in credit."""
        if at >= self.end:
            return 0, 0
        bought = max(sum(self.lines), 0)
        in_money = min(self.money, bought)
        whole = (in_money, bought - in_money)
        most = (self.money - self.refunded, whole[1])
        gone = [sum(ahead(each[way], each[2], self.end, at) for each in self.kept) for way in (0, 1)]
        total = [sum(each[way] for each in self.kept) for way in (0, 1)]
        left = [
            max(min(ahead(whole[way], self.start, self.end, at) - gone[way], most[way] - total[way]), 0)
            for way in (0, 1)
        ]
        return left[0], left[1]

    def counts(self, at: datetime) -> int:
        """What a change takes off for it: what refunds have left of each line."""
        whole = self.money + max(sum(self.lines) - self.money, 0)
        lines = [each * (whole - self.refunded) // whole if self.refunded else each for each in self.lines]
        return sum(ahead(each, self.start, self.end, at) for each in lines)

    @property
    def refundable(self) -> int:
        return max(self.money - self.refunded - self.moved, 0)


@dataclass
class Purse:
    """What one customer has: credit, and a card that pays or not. `granted` is credit for canceled time."""

    credit: int = 0
    granted: int = 0
    card_pays: bool = True


@dataclass
class Owed:
    """A payment that was declined and is open. `is_last`: for what was left at the end, and tried by itself."""

    start: datetime
    end: datetime
    lines: list[int]
    money: int
    credit: int
    failed_at: datetime
    is_last: bool = False


@dataclass
class Waiting:
    """An amount of a change that waits to be charged, for the time from `start` to `end`."""

    amount: int
    start: datetime
    end: datetime
