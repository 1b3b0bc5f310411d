"""CALCULATES the part of an amount that falls on a part of its period, to the second.

What has been used by a moment is the amount times the seconds gone by, divided by the seconds of the whole period,
rounded half away from zero to minor units; a second that has only begun counts as not used. The part between two
moments is the difference of what was used by each. So the parts of a period that lie side by side always sum to the
whole, and giving back the rest of a line while charging the rest of an equal one comes to nothing.

Worked example: 30.00 EUR for June (30 days), changed on 11 June at 0:00: used 10.00, unused 20.00. Changed at 0:00:01
instead, 20.00 are unused still: a second costs a thousandth of a cent.
"""

from datetime import datetime

from services.portal.rules.subscriptions.period import Period


def calculate(amount: int, *, of: Period, start: datetime, end: datetime | None = None) -> int:
    """The share of `amount` (minor units, any sign) of the period `of` from `start` to `end`, its own end if None."""
    until = of.end if end is None else end
    return _used(amount, of, until) - _used(amount, of, start)


def _used(amount: int, of: Period, by: datetime) -> int:
    """What was used by a moment; all of it once the period is over."""
    if by >= of.end:
        return amount
    if by <= of.start:
        return 0
    whole = _seconds(of.start, of.end)
    return 0 if whole == 0 else _rounded(amount * _seconds(of.start, by), whole)


def _seconds(start: datetime, end: datetime) -> int:
    """Whole seconds from one to the other."""
    gone = end - start
    return gone.days * 86_400 + gone.seconds


def _rounded(numerator: int, denominator: int) -> int:
    """Half away from zero."""
    quotient = (2 * abs(numerator) + denominator) // (2 * denominator)
    return quotient if numerator >= 0 else -quotient
