"""CALCULATES what a subscription will be charged next, and when.

An active subscription is charged at the end of its running period for the period after that, a trial at its end, a
pause when it ends by itself. Price, quantity and tax are those it holds then: a change that waits for the end of the
period counts. The lines are the plan, what its coupon takes off (the plan alone), its add-ons, and what earlier
changes left to be charged or given back, less the customer's credit. Nothing is ever charged below zero: what would be
becomes credit. One that is past due, canceled, ended, or paused until somebody resumes it, is not charged by the
clock. The amount is the one that is then charged and that the invoice shows: the same calculation makes all three.

Worked example: 2 seats at 25.00 EUR a month, 19 % included: next charge 50.00 EUR at the end of the month, of which
net 42.02 and tax 7.98. With a coupon of 20 %: 40.00 EUR. With 60.00 EUR of credit: 0.00, and 10.00 EUR stay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Any

from services.portal.rules.payments import crediting
from services.portal.rules.payments.crediting import Kept
from services.portal.rules.products import coupon
from services.portal.rules.subscriptions import addons
from services.portal.rules.subscriptions.addons import Item
from services.portal.rules.subscriptions.lifecycle import Status
from services.portal.rules.subscriptions.period import Interval, Period
from services.portal.rules.subscriptions.period import calculate as period_containing
from shared.totals import Line, TaxBehavior, Totals
from shared.totals import calculate as totals_of


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a subscription was agreed at: per unit and period, in minor units and basis points; with its add-ons."""

    description: str
    quantity: int
    unit_amount: int
    currency: str
    tax_rate: int
    tax_behavior: TaxBehavior
    interval: Interval
    interval_count: int
    anchor: datetime
    addons: Sequence[Item] = ()


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """What lies ahead: the end of a trial, a pause, other terms from the next period on, lines left over, a coupon."""

    trial_end: datetime | None = None
    pauses_at: datetime | None = None
    resumes_at: datetime | None = None
    scheduled: Terms | None = None
    pending: Sequence[Line] = ()
    credits: Sequence[Kept] = ()
    discount: Mapping[str, Any] | None = None
    zone: tzinfo = UTC


@dataclass(frozen=True, kw_only=True)
class NextCharge:
    """The next charge: when, for which period, at which terms. `bill` is what is asked for, `lines` and `totals` what
    remains to be paid of it once the customer's credit is taken off."""

    at: datetime
    period: Period
    terms: Terms
    bill: Sequence[Line]
    lines: Sequence[Line]
    totals: Totals
    uses_discount: bool


def calculate(*, status: Status, terms: Terms, running: Period, ahead: Ahead | None = None) -> NextCharge | None:
    """The next charge by the clock; None when there will be none."""
    known = ahead or Ahead()
    at = _charged_at(status, running, known)
    if at is None:
        return None
    counted = _terms_at(at, status, terms, known)
    period = following(counted, at=at, zone=known.zone)
    plan = _plan_line(counted, period)
    off = coupon.line(known.discount, plan)
    bill = (plan, *((off,) if off else ()), *addons.lines(counted.addons, period), *known.pending)
    lines = crediting.settled(bill, known.credits, currency=counted.currency, tax_behavior=counted.tax_behavior)
    totals = totals_of(lines, counted.currency, counted.tax_behavior)
    return NextCharge(
        at=at, period=period, bill=bill, lines=lines, totals=totals, terms=counted, uses_discount=off is not None
    )


def following(terms: Terms, *, at: datetime, zone: tzinfo = UTC) -> Period:
    """The period from `at` to the boundary after it. `at` is a boundary, or lies near one: a vendor that moved to
    another time zone gets one period that is some hours longer or shorter, and neither a hole nor an overlap."""
    found = period_containing(
        anchor=terms.anchor, interval=terms.interval, interval_count=terms.interval_count, at=at, zone=zone
    )
    if found.end - at < at - found.start:
        found = period_containing(
            anchor=terms.anchor, interval=terms.interval, interval_count=terms.interval_count, at=found.end, zone=zone
        )
    return Period(start=at, end=found.end)


def _charged_at(status: Status, running: Period, ahead: Ahead) -> datetime | None:
    match status:
        case Status.TRIALING:
            return ahead.trial_end or running.end
        case Status.PAUSED:
            return ahead.resumes_at
        case Status.ACTIVE:
            pauses = ahead.pauses_at is not None and ahead.pauses_at <= running.end
            return ahead.resumes_at if pauses else running.end
        case _:
            return None


def _terms_at(at: datetime, status: Status, terms: Terms, ahead: Ahead) -> Terms:
    """Those of the period that begins at `at`: it is counted anew after a trial, a pause or a change of interval."""
    counted = ahead.scheduled or terms
    is_other_rhythm = (counted.interval, counted.interval_count) != (terms.interval, terms.interval_count)
    begins_anew = status in (Status.TRIALING, Status.PAUSED) or ahead.pauses_at is not None or is_other_rhythm
    return replace(counted, anchor=at if begins_anew else terms.anchor)


def _plan_line(terms: Terms, period: Period) -> Line:
    return Line(
        description=terms.description,
        quantity=terms.quantity,
        unit_amount=terms.unit_amount,
        amount=terms.quantity * terms.unit_amount,
        tax_rate=terms.tax_rate,
        period_start=period.start.isoformat(),
        period_end=period.end.isoformat(),
    )
