"""CALCULATES monthly recurring revenue: what the subscriptions that run bring in a month, per currency.

Each price is spread over the average length of its interval in the Gregorian calendar (400 years have 4,800 months and
146,097 days, as in `rules.products.switching`): a year is 12 months, a week 7 of 30.436875 days. Tax is no revenue, so
it comes off prices that include it. Discounts are not taken off: they are told with the subscription they belong to.
What runs is what will be charged again (`COUNTED`): no trials, nothing paused, nothing canceled. Sums are exact and
rounded once, half up; two currencies never meet. The formula is the usual one (price times quantity, divided by the
months of its interval), as billing systems that report MRR publish it.

Worked example: two seats at 10.00 EUR a month and one at 120.00 EUR a year, without tax: 20.00 + 10.00 = 30.00 EUR.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from services.portal.rules.products.switching import DAYS
from services.portal.rules.subscriptions.lifecycle import Status
from services.portal.rules.subscriptions.period import Interval
from shared.totals import HUNDRED_PERCENT

COUNTED: Final = (Status.ACTIVE, Status.PAST_DUE)
"""What is charged again unless somebody does something about it."""


@dataclass(frozen=True, kw_only=True)
class Charged:
    """Subscriptions alike: `amount` is what all of them are charged each interval, in minor units of `currency`.

    `tax_rate` in basis points; `tax_behavior` says whether it is in the amount.
    """

    amount: int
    currency: str
    interval: Interval
    interval_count: int
    tax_behavior: str
    tax_rate: int


def calculate(charged: Iterable[Charged]) -> dict[str, int]:
    """Minor units a month by currency, in the order of their codes."""
    exact: dict[str, Fraction] = {}
    for each in charged:
        exact[each.currency] = exact.get(each.currency, Fraction()) + per_month(each)
    return {currency: _half_up(exact[currency]) for currency in sorted(exact)}


def per_month(charged: Charged) -> Fraction:
    """Minor units a month, without tax, exactly."""
    months = DAYS[charged.interval] * charged.interval_count / DAYS[Interval.MONTH]
    return _net(charged) / months


def _net(charged: Charged) -> Fraction:
    if charged.tax_behavior == "exclusive":
        return Fraction(charged.amount)
    return Fraction(charged.amount * HUNDRED_PERCENT, HUNDRED_PERCENT + charged.tax_rate)


def _half_up(amount: Fraction) -> int:
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)
