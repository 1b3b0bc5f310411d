"""CALCULATES what a subscription will be charged next, and when.

An active subscription is charged at the end of its running period, for the period after that, at the price, quantity
and tax it holds at that moment. A canceled or ended one is never charged again. The amount is the one the invoice
will show: the same calculation makes both.

Worked example: 2 seats at 25.00 EUR a month, 19 % included: next charge 50.00 EUR at the end of the month, of which
net 42.02 and tax 7.98.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.portal.rules.subscriptions.lifecycle import Status
from services.portal.rules.subscriptions.period import Interval, Period
from services.portal.rules.subscriptions.period import calculate as period_containing
from shared.totals import Line, TaxBehavior, Totals
from shared.totals import calculate as totals_of

CHARGED: Final = frozenset({Status.ACTIVE})


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a subscription was agreed at: per unit and period, in minor units and basis points."""

    description: str
    quantity: int
    unit_amount: int
    currency: str
    tax_rate: int
    tax_behavior: TaxBehavior
    interval: Interval
    interval_count: int
    anchor: datetime


@dataclass(frozen=True, kw_only=True)
class NextCharge:
    """The next charge: when, for which period, which lines, which totals."""

    at: datetime
    period: Period
    lines: Sequence[Line]
    totals: Totals


def calculate(*, status: Status, terms: Terms, running: Period) -> NextCharge | None:
    """The charge at the end of the `running` period; None when nothing will be charged."""
    if status not in CHARGED:
        return None
    following = period_containing(
        anchor=terms.anchor, interval=terms.interval, interval_count=terms.interval_count, at=running.end
    )
    line = Line(
        description=terms.description,
        quantity=terms.quantity,
        unit_amount=terms.unit_amount,
        amount=terms.quantity * terms.unit_amount,
        tax_rate=terms.tax_rate,
        period_start=following.start.isoformat(),
        period_end=following.end.isoformat(),
    )
    totals = totals_of([line], terms.currency, terms.tax_behavior)
    return NextCharge(at=running.end, period=following, lines=(line,), totals=totals)
