"""What a subscriber ought to have paid, got back and been credited: naive, month by month, and without a line of ours.

Prices have their tax in them and there is one rate of tax, so every amount here is one number of cents.
"""

from datetime import datetime, timedelta
from fractions import Fraction

from tests.integration.portal.naive_payments import (
    PERCENT,
    RETRIES,
    Owed,
    Paid,
    Purse,
    Waiting,
    ahead,
    month_after,
    rounded,
)


class Model:
    """What ought to be of one subscription."""

    def __init__(self, purse: Purse, start: datetime, *, price: int, seats: int, trial_days: int) -> None:
        self.purse, self.price, self.seats = purse, price, seats
        self.anchor = start + timedelta(days=trial_days)
        self.start, self.end, self.months = start, self.anchor, 0
        self.status = "trialing"
        self.before_cancel = self.status
        self.paid: list[Paid] = []
        self.owed: Owed | None = None
        self.tries = 0
        self.coupon = 0
        self.waiting: list[Waiting] = []
        self.scheduled: tuple[int, int] | None = None
        self.is_pausing = False
        self.resumes_at: datetime | None = None
        if not trial_days:
            self._period(start)
            self.status = "active" if self.collect(start, self.end, [self.cost]) else "ended"

    @property
    def cost(self) -> int:
        """Of a whole period."""
        return self.price * self.seats

    def next(self) -> datetime | None:
        """When something happens by itself."""
        if self.owed is not None and (self.status == "past_due" or self.owed.is_last):
            return self.owed.failed_at + timedelta(days=RETRIES[self.tries]) if self.tries < len(RETRIES) else None
        if self.status == "paused":
            return self.resumes_at
        return self.end if self.status in ("trialing", "active", "canceled") else None

    def pass_until(self, target: datetime) -> None:
        while (moment := self.next()) is not None and moment <= target:
            if self.status == "canceled":
                self.over()
                self._last_bill(moment, used_only=False)
            elif self.owed is not None:
                self._try()
            elif self.is_pausing:
                self.status, self.is_pausing = "paused", False
                self._agree()
                self.resumes_at = month_after(self.end, 1)
            else:
                if self.status == "paused":
                    self.anchor, self.months = moment, 0
                self._begin(moment)

    def over(self) -> None:
        self.status, self.is_pausing, self.scheduled = "ended", False, None

    def collect(self, start: datetime, end: datetime, lines: list[int], more: int = 0) -> bool:
        """What it costs, with `more` for another time, less credit; below nothing it becomes credit. Is it paid?"""
        amount = sum(lines) + more
        used = min(self.purse.credit, max(amount, 0))
        money = max(amount, 0) - used
        if money and not self.purse.card_pays:
            return False
        self.purse.credit -= used + min(amount, 0)
        self.paid.append(Paid(start, end, lines, money, used))
        return True

    def whole(self) -> list[int]:
        """The lines of a whole period."""
        off = rounded(Fraction(self.cost * PERCENT, 100)) if self.coupon else 0
        return [self.cost, -off]

    def change(self, price: int, seats: int, *, at: datetime, waits: bool = False) -> bool:
        """Now, if it is paid, or where the difference `waits` for the next charge."""
        was = self.price, self.seats
        self.price, self.seats = price, seats
        if self.status == "trialing":
            done = self._end_trial(at)
        else:
            done = self._within_later(at) if waits else self._within(at)
        if not done:
            self.price, self.seats = was
        else:
            self.scheduled = None
        return done

    def resume(self, at: datetime) -> bool:
        """Go on now, if it is paid."""
        if not self.collect(at, month_after(at, 1), self.whole(), self._left()):
            return False
        self.waiting = []
        self.anchor, self.months = at, 0
        self._period(at)
        self._use_coupon()
        self.status = "active"
        return True

    def settle(self) -> None:
        """What is open is paid."""
        assert self.owed is not None
        owed, self.owed = self.owed, None
        self.paid.append(Paid(owed.start, owed.end, owed.lines, owed.money, owed.credit))
        if self.status == "past_due":
            self.status = "active"

    def cancel_now(self, *, at: datetime, as_money: bool, gives_back: bool) -> tuple[int, int]:
        """It ends; what is given back in money and as credit."""
        money = credit = 0
        used_only = gives_back and self.status == "active"
        for each in self.paid if used_only else ():
            unused = each.unused(at)
            credit += unused[1] + (0 if as_money else unused[0])
            money += unused[0] if as_money else 0
            each.refunded += unused[0] if as_money else 0
            each.moved += 0 if as_money else unused[0]
        self.purse.credit += credit
        self.purse.granted += credit
        self.over()
        self._last_bill(at, used_only=used_only)
        return money, credit

    def _end_trial(self, at: datetime) -> bool:
        if not self.collect(at, month_after(at, 1), self.whole()):
            return False
        self.anchor, self.months, self.status = at, 0, "active"
        self._period(at)
        self._use_coupon()
        return True

    def _within(self, at: datetime) -> bool:
        """For the rest of the period, with what was waiting for it."""
        unused = self._unused(at)
        lines = [-unused, *self._rest(at), *(each.amount for each in self.waiting if each.end == self.end)]
        over = sum(each.amount for each in self.waiting if each.end != self.end)
        if not self.collect(at, self.end, lines, over):
            return False
        self.waiting = []
        self._move(self.paid[:-1], unused, max(-sum(lines) - over, 0), at)
        return True

    def _within_later(self, at: datetime) -> bool:
        """For the rest of the period, charged with whatever is charged next."""
        unused = self._unused(at)
        self._move(self.paid, unused, 0, at)
        self.waiting += [Waiting(each, at, self.end) for each in (-unused, *self._rest(at)) if each]
        return True

    def _unused(self, at: datetime) -> int:
        """What was paid for the rest of the period, or waits to be."""
        earlier = [each for each in self.paid if each.end == self.end and each.start >= self.start]
        still = [ahead(each.amount, each.start, each.end, at) for each in self.waiting if each.end == self.end]
        return max(sum(each.counts(at) for each in earlier) + sum(still), 0)

    def _rest(self, at: datetime) -> list[int]:
        return [ahead(each, self.start, self.end, at) for each in self._going_on()]

    def _move(self, earlier: list[Paid], amount: int, kept: int, at: datetime) -> None:
        """So much was taken off what was paid earlier, `kept` of it as credit."""
        for each in earlier:
            money, credit = each.unused(at)
            part, back = min(money + credit, amount), min(money + credit, amount, kept)
            each.moved += part - min(part, credit)
            each.kept.append((back - min(back, credit), min(back, credit), at))
            amount, kept = amount - part, kept - back

    def _left(self) -> int:
        """What waits, altogether."""
        return sum(each.amount for each in self.waiting)

    def _last_bill(self, at: datetime, *, used_only: bool) -> None:
        """It is over: what waited is settled once, or only what was used of it."""
        left = [
            each.amount - (ahead(each.amount, each.start, each.end, at) if used_only else 0) for each in self.waiting
        ]
        self.waiting = []
        if any(left) and not self.collect(at, at, [], sum(left)):
            self._owe(at, at, [], sum(left), is_last=True)
            self.tries = 0

    def _owe(self, start: datetime, end: datetime, lines: list[int], amount: int, *, is_last: bool = False) -> None:
        used = min(self.purse.credit, amount)
        self.purse.credit -= used
        self.owed = Owed(start, end, lines, amount - used, used, start, is_last)

    def _going_on(self) -> list[int]:
        """The lines of a whole period, with a coupon that is good for more than this one."""
        return self.whole() if self.coupon > 1 else [self.cost]

    def _agree(self) -> None:
        if self.scheduled is not None:
            (self.price, self.seats), self.scheduled = self.scheduled, None

    def _period(self, moment: datetime) -> None:
        self.months += 1
        self.start, self.end = moment, month_after(self.anchor, self.months)

    def _use_coupon(self) -> None:
        self.coupon = max(self.coupon - 1, 0)

    def _begin(self, moment: datetime) -> None:
        self._agree()
        self._period(moment)
        lines, more = self.whole(), self._left()
        self.waiting = []
        self._use_coupon()
        self.status = "active"
        if not self.collect(self.start, self.end, lines, more):
            self._owe(self.start, self.end, lines, sum(lines) + more)
            self.status, self.tries = "past_due", 0

    def _try(self) -> None:
        self.tries += 1
        if self.purse.card_pays:
            self.settle()
        elif self.tries == len(RETRIES) and self.status == "past_due":
            self.over()
