"""CALCULATES what a change of plan or quantity does, when, and what it costs now.

**When.** As the vendor says, else as the table of switches says, else as the portal's conditions say: what lowers the
amount per month or shortens the interval waits for the end of the period, everything else happens now. In a trial
nothing was paid, so nothing waits.

**What it costs now.** The unused part of what was paid for the running period is given back and the rest of the period
is charged at the new price, both to the second: at once (`always_invoice`), with the next charge (`create_prorations`)
or not at all (`none`). What waits for the next charge is charged with the next change that is charged at once. Another
interval begins a new period now, from a new anchor: its whole price is due, less what was not used. Where more is given
back than charged, nothing is due and the difference is kept as credit. A discount that goes on takes its part of the
rest of the period and is not used up by it; a whole period uses one of its charges.

**Add-ons** that fit the new plan stay, at their price: their part of the rest of the period is charged again as it was
given back with the plan's. The others end with the change.

**In a trial** the change ends it (`end_trial`: the first period begins now and is charged) or not (`continue_trial`:
the new plan is charged when the trial is over).

**External** subscriptions are collected by the vendor: nothing is charged here for any change.

Worked example: 30 EUR for June, on 16 June at 0:00 to a plan of 60 EUR: -15.00 and +30.00, so 15.00 EUR are due, and
60.00 EUR on 1 July. To a plan of 600 EUR a year instead: -15.00 and +600.00, and the next charge is on 16 June.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from services.portal.rules.portals.features import Condition, Proration
from services.portal.rules.products import coupon, switching
from services.portal.rules.products.switching import Price, When
from services.portal.rules.subscriptions import addons, lifecycle, proration
from services.portal.rules.subscriptions.addons import Item as Addon
from services.portal.rules.subscriptions.lifecycle import Move, Status
from services.portal.rules.subscriptions.period import Period
from services.portal.rules.subscriptions.period import calculate as period_containing
from shared.totals import Line, TaxBehavior


@dataclass(frozen=True, kw_only=True)
class Item:
    """What is subscribed to: so many of a plan at a price."""

    name: str
    price: Price
    quantity: int
    tax_rate: int
    tax_behavior: TaxBehavior

    @property
    def amount(self) -> int:
        """For a whole period, in minor units."""
        return self.quantity * self.price.unit_amount


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where the subscription stands. `paid` are the lines that were charged for the running period, or are to be:
    those still to be are `pending`. `addons` are those that stay."""

    status: Status
    running: Period
    anchor: datetime
    trial_end: datetime | None
    is_collected: bool
    paid: Sequence[Line]
    discount: Mapping[str, Any] | None
    pending: Sequence[Line] = ()
    addons: Sequence[Addon] = ()
    zone: tzinfo = UTC


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How the portal changes subscriptions."""

    proration: Proration
    conditions: frozenset[Condition]
    end_trial: bool


@dataclass(frozen=True, kw_only=True)
class Change:
    """What happens. Where `due_now` comes to less than zero, the difference is kept as credit.

    The first `given_back` of its lines, or of those that are `pending` from now on, give unused time back. What was
    pending before is among `due_now`, where anything is due.
    """

    when: When
    effective_at: datetime
    status: Status
    anchor: datetime
    period: Period
    trial_end: datetime | None
    due_now: tuple[Line, ...] = ()
    pending: tuple[Line, ...] = ()
    given_back: int = 0
    uses_discount: bool = False


def calculate(
    *,
    old: Item,
    new: Item,
    standing: Standing,
    settings: Settings,
    wanted: When | None,
    of_table: When | None,
    unused: str,
    at: datetime,
) -> Change:
    """The effect of the change at `at`. `unused` describes what is given back. Raises InvalidState."""
    lifecycle.after(standing.status, Move.CHANGE)
    if standing.status is Status.TRIALING:
        return _in_trial(new, standing, settings, wanted, at)
    when = wanted or of_table or _by_conditions(old, new, settings)
    if when is When.AT_PERIOD_END:
        return _later(old, new, standing)
    if _is_same_interval(old, new):
        return _within_period(new, standing, settings, unused, at)
    return _from_now_on(new, standing, settings, unused, at)


def _by_conditions(old: Item, new: Item, settings: Settings) -> When:
    """Any one of the portal's conditions that is true makes it wait."""
    is_shorter = switching.length(new.price) < switching.length(old.price)
    is_longer = switching.length(new.price) > switching.length(old.price)
    monthly = [switching.per_month(each.price, quantity=each.quantity) for each in (old, new)]
    is_less = monthly[1] < monthly[0] and not is_longer
    waits = (is_less and Condition.DECREASING_ITEM_AMOUNT in settings.conditions) or (
        is_shorter and Condition.SHORTENING_INTERVAL in settings.conditions
    )
    return When.AT_PERIOD_END if waits else When.NOW


def _in_trial(new: Item, standing: Standing, settings: Settings, wanted: When | None, at: datetime) -> Change:
    if wanted is When.AT_PERIOD_END or not settings.end_trial:
        return Change(
            when=When.NOW,
            effective_at=at,
            status=standing.status,
            anchor=standing.anchor,
            period=standing.running,
            trial_end=standing.trial_end,
        )
    period = _first_period(new, standing, at)
    lines = _whole(new, period, standing) if standing.is_collected else ()
    return Change(
        when=When.NOW,
        effective_at=at,
        status=lifecycle.after(standing.status, Move.END_TRIAL),
        anchor=at,
        period=period,
        trial_end=None,
        due_now=lines,
        uses_discount=bool(lines) and _off(new, period, standing) is not None,
    )


def _later(old: Item, new: Item, standing: Standing) -> Change:
    end = standing.running.end
    return Change(
        when=When.AT_PERIOD_END,
        effective_at=end,
        status=standing.status,
        anchor=standing.anchor if _is_same_interval(old, new) else end,
        period=standing.running,
        trial_end=standing.trial_end,
    )


def _within_period(new: Item, standing: Standing, settings: Settings, unused: str, at: datetime) -> Change:
    """Another price for the rest of the running period."""
    given_back: tuple[Line, ...] = ()
    lines: tuple[Line, ...] = ()
    if standing.is_collected and settings.proration is not Proration.NONE:
        given_back = _unused(standing, unused, at)
        lines = (*given_back, *_rest(new, standing, at))
    is_charged = settings.proration is Proration.ALWAYS_INVOICE
    return Change(
        when=When.NOW,
        effective_at=at,
        status=standing.status,
        anchor=standing.anchor,
        period=standing.running,
        trial_end=standing.trial_end,
        due_now=(*lines, *standing.pending) if is_charged else (),
        pending=() if is_charged else lines,
        given_back=len(given_back),
    )


def _from_now_on(new: Item, standing: Standing, settings: Settings, unused: str, at: datetime) -> Change:
    """Another interval: a new period begins now, and its whole price is due now."""
    period = _first_period(new, standing, at)
    given_back: tuple[Line, ...] = ()
    whole: tuple[Line, ...] = ()
    if standing.is_collected:
        whole = _whole(new, period, standing)
        given_back = () if settings.proration is Proration.NONE else _unused(standing, unused, at)
    return Change(
        when=When.NOW,
        effective_at=at,
        status=standing.status,
        anchor=at,
        period=period,
        trial_end=standing.trial_end,
        due_now=(*given_back, *whole, *standing.pending),
        given_back=len(given_back),
        uses_discount=bool(whole) and _off(new, period, standing) is not None,
    )


def _unused(standing: Standing, unused: str, at: datetime) -> tuple[Line, ...]:
    """What was paid for the rest of the running period, given back: a line for each rate of tax."""
    by_rate: dict[int, int] = {}
    for line in standing.paid:
        if line.period_start is None or line.period_end is None:
            continue
        of = Period(datetime.fromisoformat(line.period_start), datetime.fromisoformat(line.period_end))
        if of.end == standing.running.end:
            share = proration.calculate(line.amount, of=of, start=at)
            by_rate[line.tax_rate] = by_rate.get(line.tax_rate, 0) + share
    return tuple(
        Line(
            description=unused,
            quantity=1,
            amount=-amount,
            tax_rate=rate,
            period_start=at.isoformat(),
            period_end=standing.running.end.isoformat(),
        )
        for rate, amount in sorted(by_rate.items())
        if amount > 0
    )


def _rest(new: Item, standing: Standing, at: datetime) -> tuple[Line, ...]:
    """The new price for the rest of the running period, what a discount that goes on takes off it, and add-ons."""
    whole = _line(new, standing.running)
    found = coupon.of(standing.discount)
    goes_on = found is not None and (found.periods_left is None or found.periods_left > 1)
    off = coupon.line(found, whole) if goes_on else None
    shares = [_share(each, standing.running, at) for each in (whole, off) if each is not None]
    charged = tuple(each for each in shares if each.amount)
    return (*charged, *addons.rest(standing.addons, standing.running, at=at))


def _share(line: Line, running: Period, at: datetime) -> Line:
    return Line(
        description=line.description,
        quantity=line.quantity,
        amount=proration.calculate(line.amount, of=running, start=at),
        tax_rate=line.tax_rate,
        period_start=at.isoformat(),
        period_end=running.end.isoformat(),
    )


def _whole(new: Item, period: Period, standing: Standing) -> tuple[Line, ...]:
    """A whole period, what a discount takes off it, and add-ons."""
    off = _off(new, period, standing)
    return (_line(new, period), *(() if off is None else (off,)), *addons.lines(standing.addons, period))


def _off(new: Item, period: Period, standing: Standing) -> Line | None:
    return coupon.line(standing.discount, _line(new, period))


def _line(item: Item, period: Period) -> Line:
    return Line(
        description=item.name,
        quantity=item.quantity,
        unit_amount=item.price.unit_amount,
        amount=item.amount,
        tax_rate=item.tax_rate,
        period_start=period.start.isoformat(),
        period_end=period.end.isoformat(),
    )


def _first_period(new: Item, standing: Standing, at: datetime) -> Period:
    price = new.price
    return period_containing(
        anchor=at, interval=price.interval, interval_count=price.interval_count, at=at, zone=standing.zone
    )


def _is_same_interval(old: Item, new: Item) -> bool:
    return (old.price.interval, old.price.interval_count) == (new.price.interval, new.price.interval_count)
