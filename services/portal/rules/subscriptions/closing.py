"""CALCULATES what is settled once more when a subscription ends: changes that waited for a renewal which never comes.

With `create_prorations`, a change leaves its lines to the next charge. A subscription that ends first has none, so they
make one last bill: what is owed for something dearer is charged, what comes back for something cheaper becomes credit,
at its tax rates. The time the lines are for was agreed to and is over, or given up, so they count in full; but where
unused time is given back, only their part until the end counts, since nothing of the rest was had.

A last bill is like any other: credit comes off it, and declined it is tried again on the days of the schedule. But the
subscription is over either way: whenever it is paid, nothing begins again.

Worked example: 25.00 EUR for June, on 16 June to a plan of 60.00 EUR: lines of -12.50 and +30.00 wait for July.
Canceled at the end of June: a last bill of 17.50. To a plan of 9.00 EUR instead (-12.50 and +4.50): 8.00 EUR of credit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.portal.rules.payments import crediting
from services.portal.rules.payments.crediting import Kept
from services.portal.rules.subscriptions import proration
from services.portal.rules.subscriptions.period import Period
from shared.totals import Line, TaxBehavior, Totals
from shared.totals import calculate as totals_of


@dataclass(frozen=True, kw_only=True)
class Closing:
    """The last bill: its `lines`, with credit that comes off it and what becomes credit, and what is to be paid."""

    lines: tuple[Line, ...]
    totals: Totals
    becomes_credit: int
    """With tax, in minor units."""


def bill(pending: Sequence[Line], *, used_until: datetime | None = None) -> tuple[Line, ...]:
    """What is asked for of the lines that wait: all, or their part until this moment. Empty: nothing."""
    found = pending if used_until is None else [_used(line, used_until) for line in pending]
    return tuple(line for line in found if line.amount)


def calculate(
    lines: Sequence[Line], *, credit: Sequence[Kept], currency: str, tax_behavior: TaxBehavior, description: str
) -> Closing:
    """What these lines of the last bill come to, less the customer's credit. `description` is for what is kept."""
    settled = crediting.settled(lines, credit, currency=currency, tax_behavior=tax_behavior, description=description)
    before = totals_of(lines, currency, tax_behavior).total
    return Closing(lines=settled, totals=totals_of(settled, currency, tax_behavior), becomes_credit=max(-before, 0))


def period(lines: Sequence[Line]) -> Period | None:
    """From the first to the last moment that the lines are for."""
    starts = [datetime.fromisoformat(line.period_start) for line in lines if line.period_start is not None]
    ends = [datetime.fromisoformat(line.period_end) for line in lines if line.period_end is not None]
    return Period(start=min(starts), end=max(ends)) if starts and ends else None


def _used(line: Line, until: datetime) -> Line:
    """Its part until a moment; what is for no time counts in full."""
    if line.period_start is None or line.period_end is None:
        return line
    whole = Period(start=datetime.fromisoformat(line.period_start), end=datetime.fromisoformat(line.period_end))
    if until >= whole.end:
        return line
    amount = proration.calculate(line.amount, of=whole, start=whole.start, end=max(until, whole.start))
    end = max(until, whole.start).isoformat()
    return replace(line, amount=amount, unit_amount=None, period_end=end)
